import { findSharedLength, type EncodedOption, type EncodedQuestion } from './encode.js';
import type { Sink } from './waves.js';

/** Tokens that run in a row, and what is wanted of them. */
export interface Run {
  readonly tokens: Int32Array;
  /** Ascending by row, the place among these tokens after which the target is scored. */
  readonly wanted: readonly { readonly row: number; readonly target: number; readonly sink: Sink }[];
}

/** A question, or a part of one that is too large to run at once: a stem, then endings side by side. */
export interface Unit {
  readonly question: number;
  /** Whether the question is done with it. */
  readonly isLast: boolean;
  /** After the trunk. */
  readonly stem: Run;
  readonly endings: readonly Run[];
  /** What it takes of the room. */
  readonly tokens: number;
  readonly sequences: number;
}

/** An option with its place in the question. The last token is never run: nothing after it is scored. */
interface Placed {
  readonly option: EncodedOption;
  readonly index: number;
  readonly run: Int32Array;
}

/**
 * Splits a question into units that fit; mostly it is one.
 *
 * @param trunkLength how many tokens have run before
 * @param saving tokens that a stem must save to be run by itself
 */
export function makeUnits(
  { options }: EncodedQuestion,
  question: number,
  trunkLength: number,
  limit: { readonly tokens: number; readonly sequences: number },
  saving: number,
): readonly Unit[] {
  const placed = options.map((option, index) => ({
    option,
    index,
    run: option.tokens.subarray(trunkLength, option.tokens.length - 1),
  }));
  const whole = makeUnit(placed, question, trunkLength, saving);
  const fits = whole.tokens <= limit.tokens && whole.sequences <= limit.sequences;
  const units = fits ? [whole] : placed.map((one) => makeUnit([one], question, trunkLength, saving));
  return units.map((unit, i) => ({ ...unit, isLast: i === units.length - 1 }));
}

function makeUnit(
  placed: readonly Placed[],
  question: number,
  trunkLength: number,
  saving: number,
): Omit<Unit, 'isLast'> {
  // options that differ in their last token alone run as one
  const variants: Placed[][] = [];
  for (const one of placed) {
    const same = variants.find(([first]) => first !== undefined && isSame(first.run, one.run));
    if (same === undefined) variants.push([one]);
    else same.push(one);
  }
  const runs = variants.map(([first]) => first?.run ?? new Int32Array());
  const shared = findSharedLength(runs);
  const stemLength = shared * (runs.length - 1) >= saving || runs.length === 1 ? shared : 0;
  const base = { trunkLength, question };
  const stem = makeRun(placed, 0, stemLength, base);
  const endings = variants
    .map((variant, v) => makeRun(variant, stemLength, runs[v]?.length ?? 0, base))
    .filter(({ tokens }) => tokens.length > 0);
  return {
    question,
    stem,
    endings,
    tokens: stem.tokens.length + endings.reduce((sum, { tokens }) => sum + tokens.length, 0),
    sequences: Math.max(1, endings.length),
  };
}

/** The tokens of a part of options that have it in common, and the scores that fall into it. */
function makeRun(
  placed: readonly Placed[],
  begin: number,
  end: number,
  { trunkLength, question }: { readonly trunkLength: number; readonly question: number },
): Run {
  const tokens = (placed[0]?.run ?? new Int32Array()).subarray(begin, end);
  const wanted = placed
    .flatMap(({ option, index }) => {
      const rows: { row: number; target: number; sink: Sink }[] = [];
      for (let place = option.firstScored; place < option.tokens.length; place++) {
        const row = place - 1 - trunkLength - begin;
        const target = option.tokens[place] ?? 0;
        if (row >= 0 && row < tokens.length)
          rows.push({ row, target, sink: { question, option: index, place } });
      }
      return rows;
    })
    .sort((a, b) => a.row - b.row);
  return { tokens, wanted };
}

function isSame(a: Int32Array, b: Int32Array): boolean {
  return a.length === b.length && a.every((token, i) => token === b[i]);
}
