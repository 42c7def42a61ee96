import { PruneError } from '../../errors.js';
import { escapeUnsafe, formatCount, formatCounted } from '../../gguf/index.js';
import type { ChoiceQuestion, Option } from '../tasks/types.js';

/** Tokens of which those from `firstScored` on are the continuation. */
export interface EncodedOption {
  readonly tokens: Int32Array;
  readonly firstScored: number;
}

/** The options of one question as tokens. */
export interface EncodedQuestion {
  readonly options: readonly EncodedOption[];
  /** From here on the options differ: the tokens before are the same in all of them. */
  readonly firstOwn: number;
  /** How many tokens were cut off the beginnings for want of room. */
  readonly cut: number;
}

/** What encoding needs of a model. */
export interface Tokenizer {
  readonly facts: { readonly bos: number | null; readonly addBos: boolean };
  tokenizeAll(
    texts: readonly string[],
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<readonly Int32Array[]>;
}

/**
 * Turns options into tokens, by the rule of the Language Model Evaluation Harness: context and continuation are
 * tokenised as one text, and what is longer than the context alone is the continuation; blanks that end the context
 * belong to the continuation. An empty context is BOS, also where the model wants none before a text. What is longer
 * than `room` loses its beginning.
 * @throws PruneError DATA when a continuation does not fit
 */
export async function encodeQuestions(
  model: Tokenizer,
  questions: readonly ChoiceQuestion[],
  room: number,
  signal?: AbortSignal,
): Promise<readonly EncodedQuestion[]> {
  const options = questions.flatMap((question) => question.options.map(moveBlanks));
  // the options of a question mostly share one context
  const texts = [
    ...new Set(options.flatMap(({ context, continuation }) => [context, context + continuation])),
  ];
  const tokens = await model.tokenizeAll(texts, { signal });
  const byText = new Map(texts.map((text, i) => [text, tokens[i] ?? new Int32Array()]));
  const { bos, addBos } = model.facts;
  const findBeginning = (context: string) => (bos !== null && (addBos || context === '') ? [bos] : []);

  const encode = ({ context, continuation }: Option): EncodedOption => {
    const begin = findBeginning(context);
    const whole = Int32Array.from([...begin, ...(byText.get(context + continuation) ?? [])]);
    const contextLength = begin.length + (byText.get(context)?.length ?? 0);
    // something must be scored, and something must come before it
    return { tokens: whole, firstScored: Math.max(1, Math.min(contextLength, whole.length - 1)) };
  };
  return questions.map((question) => {
    const encoded = question.options.map((option) => encode(moveBlanks(option)));
    const cut = Math.max(0, ...encoded.map((option) => option.tokens.length - room));
    const kept = addBos && bos !== null ? 1 : 0;
    const fitting = cut === 0 ? encoded : encoded.map((option) => cutBeginning(option, cut, kept));
    checkFit(question, fitting, room);
    return { options: fitting, firstOwn: findSharedLength(fitting.map((option) => option.tokens)), cut };
  });
}

function checkFit({ id }: ChoiceQuestion, options: readonly EncodedOption[], room: number): void {
  const longest = Math.max(...options.map(({ tokens }) => tokens.length));
  if (longest <= room) return;
  throw new PruneError(
    'DATA',
    `An option of the question ${escapeUnsafe(id)} takes ${formatCounted(longest, 'token')} without its context; ` +
      `${formatCount(room)} can be run at once. Shorten it.`,
  );
}

function moveBlanks({ context, continuation }: Option): Option {
  const kept = context.trimEnd();
  return { context: kept, continuation: context.slice(kept.length) + continuation };
}

/** Cuts tokens out after what begins every text, the same number from all options, so that they still share the rest. */
function cutBeginning({ tokens, firstScored }: EncodedOption, cut: number, kept: number): EncodedOption {
  // something must come before what is scored
  const most = Math.min(cut, firstScored - Math.max(1, kept));
  if (most <= 0) return { tokens, firstScored };
  return {
    tokens: Int32Array.from([...tokens.subarray(0, kept), ...tokens.subarray(kept + most)]),
    firstScored: firstScored - most,
  };
}

/** How many tokens all of them begin with. */
export function findSharedLength(sequences: readonly Int32Array[]): number {
  const [first = new Int32Array(), ...others] = sequences;
  let length = first.length;
  for (const other of others) {
    length = Math.min(length, other.length);
    let same = 0;
    while (same < length && other[same] === first[same]) same++;
    length = same;
  }
  return length;
}
