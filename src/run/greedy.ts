/** Writes of the most likely tokens: nothing is drawn. */
export const greedy = { temperature: 0, topK: 0, topP: 1, seed: 0 } as const;
