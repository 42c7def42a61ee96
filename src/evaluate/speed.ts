/** The part of a model that timing needs. */
export interface SpeedSource {
  measureSpeed(
    request: { readonly prompt: Int32Array; readonly generate: number; readonly sequences: number },
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<{ readonly promptSeconds: number; readonly generationSeconds: number }>;
}

/** Tokens per second, of all sequences together: median, lowest and highest of the rounds. */
export interface Rate {
  readonly median: number;
  readonly lowest: number;
  readonly highest: number;
}

export interface SpeedMeasure {
  readonly sequences: number;
  /** Of one sequence. */
  readonly promptTokens: number;
  readonly generatedTokens: number;
  readonly rounds: number;
  readonly prompt: Rate;
  readonly generation: Rate;
}

export interface SpeedOptions {
  readonly rounds?: number;
  readonly generate?: number;
  /** Prompts run, and continued, side by side. Default: 1. */
  readonly sequences?: number;
  readonly seconds?: number;
  readonly signal?: AbortSignal | undefined;
  readonly onRound?: ((done: number, total: number) => void) | undefined;
}

/** After `seconds` no further round is begun, once there were two. */
export const speedDefaults = { rounds: 5, generate: 32, seconds: 30 } as const;

/**
 * Times models on the same prompt, taking turns, so that a machine that slows down slows all of them. The first turn
 * of each warms up and does not count.
 *
 * @returns one measure a model, in their order
 */
export async function compareSpeed(
  models: readonly SpeedSource[],
  prompt: Int32Array,
  {
    rounds = speedDefaults.rounds,
    generate = speedDefaults.generate,
    sequences = 1,
    seconds: limit = speedDefaults.seconds,
    signal,
    onRound,
  }: SpeedOptions = {},
): Promise<readonly SpeedMeasure[]> {
  const seconds = models.map(() => ({ prompt: [] as number[], generation: [] as number[] }));
  const started = performance.now();
  for (let round = 0; round <= rounds; round++) {
    for (const [i, model] of models.entries()) {
      const { promptSeconds, generationSeconds } = await model.measureSpeed(
        { prompt, generate, sequences },
        { signal },
      );
      if (round === 0) continue;
      seconds[i]?.prompt.push(promptSeconds);
      seconds[i]?.generation.push(generationSeconds);
    }
    const isLate = round >= 2 && (performance.now() - started) / 1000 > limit;
    onRound?.(isLate ? rounds : round, rounds);
    if (isLate) break;
  }
  return seconds.map((times) => ({
    sequences,
    promptTokens: prompt.length,
    generatedTokens: generate,
    rounds: times.prompt.length,
    prompt: summariseRate(times.prompt, sequences * prompt.length),
    generation: summariseRate(times.generation, sequences * generate),
  }));
}

function summariseRate(seconds: readonly number[], tokens: number): Rate {
  const rates = seconds.map((time) => tokens / time).sort((a, b) => a - b);
  const middle = (rates.length - 1) / 2;
  const median = ((rates[Math.floor(middle)] ?? NaN) + (rates[Math.ceil(middle)] ?? NaN)) / 2;
  return { median, lowest: rates[0] ?? NaN, highest: rates.at(-1) ?? NaN };
}
