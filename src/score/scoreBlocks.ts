import { combineSums, type BlockScores } from './blockScores.js';
import { sumGram, type StateSums } from './gramSums.js';

/** The part of a model that scoring needs. */
export interface StateSource {
  readonly facts: { readonly blocks: number };
  runWindow(
    request: { readonly tokens: Int32Array; readonly gram: true },
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<{ readonly gram: Float32Array }>;
}

export interface ScoreOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called before the first window and after each. */
  readonly onWindow?: ((done: number, total: number) => void) | undefined;
  /** Asked after each window; the windows after it are not run. Default: all are. */
  readonly isEnough?: ((scores: BlockScores) => boolean) | undefined;
}

/** Runs the windows once and scores every block from the Gram matrices of the residual states. */
export async function scoreWindows(
  model: StateSource,
  windows: readonly Int32Array[],
  { signal, onWindow, isEnough }: ScoreOptions = {},
): Promise<BlockScores> {
  const { blocks } = model.facts;
  const sums: StateSums[] = [];
  onWindow?.(0, windows.length);
  for (const tokens of windows) {
    const { gram } = await model.runWindow({ tokens, gram: true }, { signal });
    sums.push(sumGram(gram, blocks + 1));
    const isLast = isEnough?.(combineSums(sums, blocks)) ?? false;
    onWindow?.(sums.length, isLast ? sums.length : windows.length);
    if (isLast) break;
  }
  return combineSums(sums, blocks);
}
