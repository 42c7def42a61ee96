import { compareSpeed, speedDefaults, type SpeedSource } from '../../../src/evaluate/index.js';

/** A model that takes these times, prompt and generation, one pair a turn, and writes down its turns. */
function makeSource(
  name: string,
  times: readonly (readonly [number, number])[],
  turns: string[] = [],
): SpeedSource {
  let turn = 0;
  return {
    measureSpeed({ prompt, generate }) {
      turns.push(`${name}: ${prompt.length} + ${generate}`);
      const [promptSeconds, generationSeconds] = times[turn++] ?? [NaN, NaN];
      return Promise.resolve({ promptSeconds, generationSeconds });
    },
  };
}

const PROMPT = new Int32Array(100);
const steady = (count: number) => Array.from({ length: count }, () => [1, 1] as const);

describe('The speed of a model', () => {
  it('is the median of an odd number of rounds, with the lowest and the highest', async () => {
    const times = [
      [1000, 1000],
      [10, 2],
      [2, 4],
      [4, 1],
    ] as const;
    const [measure] = await compareSpeed([makeSource('a', times)], PROMPT, { rounds: 3, generate: 8 });
    expect(measure).toEqual({
      sequences: 1,
      promptTokens: 100,
      generatedTokens: 8,
      rounds: 3,
      prompt: { median: 25, lowest: 10, highest: 50 },
      generation: { median: 4, lowest: 2, highest: 8 },
    });
  });

  it('is the mean of the two middle ones of an even number of rounds', async () => {
    const times = [
      [1, 1],
      [10, 1],
      [1, 1],
      [5, 1],
      [2, 1],
    ] as const;
    const [measure] = await compareSpeed([makeSource('a', times)], PROMPT, { rounds: 4, generate: 8 });
    // 10, 20, 50, 100 tokens per second
    expect(measure?.prompt).toEqual({ median: 35, lowest: 10, highest: 100 });
  });

  it('of a single round is that round, whatever the warm-up took', async () => {
    const times = [
      [0.001, 0.001],
      [4, 2],
    ] as const;
    const [measure] = await compareSpeed([makeSource('a', times)], PROMPT, { rounds: 1, generate: 8 });
    expect(measure?.prompt).toEqual({ median: 25, lowest: 25, highest: 25 });
    expect(measure?.generation).toEqual({ median: 4, lowest: 4, highest: 4 });
  });

  it('counts the tokens of all texts that run side by side', async () => {
    const times = [
      [1, 1],
      [10, 2],
    ] as const;
    const [measure] = await compareSpeed([makeSource('a', times)], PROMPT, {
      rounds: 1,
      generate: 8,
      sequences: 4,
    });
    expect(measure).toMatchObject({ sequences: 4, promptTokens: 100, generatedTokens: 8 });
    expect([measure?.prompt.median, measure?.generation.median]).toEqual([40, 16]);
  });

  it('is measured with 5 rounds and 32 tokens by default', async () => {
    const turns: string[] = [];
    const [measure] = await compareSpeed([makeSource('a', steady(6), turns)], PROMPT);
    expect(speedDefaults).toEqual({ rounds: 5, generate: 32, seconds: 30 });
    expect(turns).toEqual(Array(6).fill('a: 100 + 32'));
    expect(measure).toMatchObject({ rounds: 5, generatedTokens: 32, generation: { median: 32 } });
  });
});

describe('The comparison of models', () => {
  it('ends after two rounds when its time is over', async () => {
    const [measure] = await compareSpeed([makeSource('a', steady(6), [])], PROMPT, { seconds: 0 });
    expect(measure?.rounds).toBe(2);
  });

  it('lets them take turns, the warm-up included, and keeps their order', async () => {
    const turns: string[] = [];
    const slow = makeSource('slow', Array(3).fill([2, 2]) as [number, number][], turns);
    const fast = makeSource('fast', steady(3), turns);
    const measures = await compareSpeed([slow, fast], PROMPT, { rounds: 2, generate: 8 });
    expect(turns).toEqual(Array(3).fill(['slow: 100 + 8', 'fast: 100 + 8']).flat());
    expect(measures.map(({ prompt }) => prompt.median)).toEqual([50, 100]);
  });

  it('tells after each round how far it is, the warm-up being round 0', async () => {
    const progress: (readonly [number, number])[] = [];
    const turns: string[] = [];
    await compareSpeed([makeSource('a', steady(3), turns), makeSource('b', steady(3), turns)], PROMPT, {
      rounds: 2,
      onRound: (done, total) => {
        expect(turns).toHaveLength(2 * (done + 1));
        progress.push([done, total]);
      },
    });
    expect(progress).toEqual([
      [0, 2],
      [1, 2],
      [2, 2],
    ]);
  });

  it('hands the signal to the models and passes on what they throw', async () => {
    const { signal } = new AbortController();
    const failure = new Error('the model failed');
    const failing: SpeedSource = {
      measureSpeed: (_, options) => {
        expect(options?.signal).toBe(signal);
        return Promise.reject(failure);
      },
    };
    await expect(compareSpeed([failing], PROMPT, { signal })).rejects.toBe(failure);
  });
});
