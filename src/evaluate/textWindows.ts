import { PruneError } from '../errors.js';
import { formatCount, formatCounted } from '../gguf/index.js';

/** A window of which the tokens from `firstScored` on are scored. */
export interface ScoredWindow {
  readonly tokens: Int32Array;
  readonly firstScored: number;
}

/** A window to be measured; of mere tokens all but the first are scored. */
export type LossWindow = Int32Array | ScoredWindow;

export function toScoredWindow(window: LossWindow): ScoredWindow {
  return 'tokens' in window ? window : { tokens: window, firstScored: 1 };
}

/** How a text is cut for its perplexity. */
export interface TextRule {
  /** Tokens of a window. */
  readonly context: number;
  /**
   * How far each window begins after the one before, with only those tokens scored that no window had before. Without
   * it windows do not overlap and the second half of each is scored, as `llama-perplexity` does.
   */
  readonly stride?: number | undefined;
  /** The most windows. Default: as many as the text has. */
  readonly windows?: number | undefined;
  /** Begins a text, if the model wants one. */
  readonly bos?: number | undefined;
}

/** Windows of llama-perplexity unless something else is asked for, in tokens. */
export const textDefaults = { context: 512 } as const;

/**
 * Cuts a tokenised text into windows.
 *
 * Without a stride by the rules of llama.cpp's `llama-perplexity`: the text begins with BOS where the model wants one,
 * windows follow each other, the first token of each is replaced by BOS, and each token of the second half that has one
 * after it is scored by that. With a stride by the sliding window of the papers (as Hugging Face's guide to the
 * perplexity of fixed-length models describes it): BOS comes once, before the text, and each token but the first is
 * scored once, with at least `context - stride` tokens before it. With a stride as long as the context the first token of
 * each window has none before it, and is not scored.
 *
 * @param label what the text is called in messages
 * @throws PruneError USAGE, DATA
 */
export function cutText(tokens: Int32Array, label: string, rule: TextRule): readonly ScoredWindow[] {
  const { context, stride, windows = Infinity, bos } = rule;
  if (!(Number.isInteger(context) && context >= 8)) {
    throw new PruneError('USAGE', `A context must have 8 or more tokens, not ${context}.`);
  }
  if (stride !== undefined && !(Number.isInteger(stride) && stride >= 1 && stride <= context)) {
    throw new PruneError('USAGE', `A stride must be 1 to ${context} tokens, the context; not ${stride}.`);
  }
  const text = bos === undefined ? tokens : Int32Array.from([bos, ...tokens]);
  const cut = stride === undefined ? cutChunks(text, context, bos) : cutSliding(text, context, stride);
  if (cut.length === 0) {
    const needed =
      stride === undefined
        ? `a window takes ${formatCount(context)}. Use a longer text or a smaller --context.`
        : 'the first one is not scored. Use a longer text.';
    throw new PruneError(
      'DATA',
      `The text ${label} is too short for a perplexity: it has ${formatCounted(text.length, 'token')}, and ${needed}`,
    );
  }
  return cut.slice(0, windows);
}

function cutChunks(text: Int32Array, context: number, bos: number | undefined): readonly ScoredWindow[] {
  return Array.from({ length: Math.floor(text.length / context) }, (_, i) => {
    const tokens = text.slice(i * context, (i + 1) * context);
    if (bos !== undefined) tokens[0] = bos;
    return { tokens, firstScored: Math.floor(context / 2) + 1 };
  });
}

function cutSliding(text: Int32Array, context: number, stride: number): readonly ScoredWindow[] {
  const windows: ScoredWindow[] = [];
  let scored = 1; // the first token has nothing before it
  for (let begin = 0; scored < text.length; begin += stride) {
    const end = Math.min(begin + context, text.length);
    // a stride as long as the context leaves each window's first token without a context
    const firstScored = Math.max(1, scored - begin);
    if (end - begin > firstScored) windows.push({ tokens: text.slice(begin, end), firstScored });
    scored = end;
  }
  return windows;
}
