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
 * belong to the continuation. What is longer than `room` loses its beginning.
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
  const begin = addBos && bos !== null ? [bos] : [];

  const encode = ({ context, continuation }: Option): EncodedOption => {
    const whole = Int32Array.from([...begin, ...(byText.get(context + continuation) ?? [])]);
    const contextLength = begin.length + (byText.get(context)?.length ?? 0);
    // something must be scored, and something must come before it
    return { tokens: whole, firstScored: Math.max(1, Math.min(contextLength, whole.length - 1)) };
  };
  return questions.map((question) => {
    const encoded = question.options.map((option) => encode(moveBlanks(option)));
    const cut = Math.max(0, ...encoded.map((option) => option.tokens.length - room));
    const fitting = cut === 0 ? encoded : encoded.map((option) => cutBeginning(option, cut, begin.length));
    return { options: fitting, firstOwn: findSharedLength(fitting.map((option) => option.tokens)), cut };
  });
}

function moveBlanks({ context, continuation }: Option): Option {
  const kept = context.trimEnd();
  return { context: kept, continuation: context.slice(kept.length) + continuation };
}

/** Cuts tokens out after what begins every text, the same number from all options, so that they still share the rest. */
function cutBeginning({ tokens, firstScored }: EncodedOption, cut: number, kept: number): EncodedOption {
  const most = Math.min(cut, firstScored - kept - 1);
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
