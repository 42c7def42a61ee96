import type { Limit, LimitOperator } from './parse.js';
import { describeBroken, describeMissing } from './sentence.js';

/** Figures by name, of the original and of the pruned model: shares and accuracies as 0 to 1, sizes in bytes. */
export type Measured = Readonly<
  Record<string, { readonly before?: number | undefined; readonly after?: number | undefined }>
>;

export interface JudgedLimit {
  /** As it was written. */
  readonly limit: string;
  /** Also when it cannot be judged. */
  readonly broken: boolean;
  /** The figure, change or difference that was compared with the bound; null when it is no number or not there. */
  readonly value: number | null;
  readonly bound: number;
  /** What is wrong; null when the limit is kept. */
  readonly sentence: string | null;
}

/** Judges limits in their order. What was not measured, or is not a number, breaks its limit. */
export function judgeLimits(limits: readonly Limit[], measured: Measured): readonly JudgedLimit[] {
  return limits.map((limit) => {
    const { before, after } = Object.hasOwn(measured, limit.name.name)
      ? (measured[limit.name.name] ?? {})
      : {};
    const value = findValue(limit, before, after);
    const { text, bound, operator } = limit;
    if (Number.isNaN(value)) {
      return {
        limit: text,
        broken: true,
        value: null,
        bound,
        sentence: describeMissing(limit, before, after),
      };
    }
    const broken = compare(value, operator, bound, findTolerance(limit, before, after));
    return {
      limit: text,
      broken,
      value,
      bound,
      sentence: broken ? describeBroken(limit, value) : null,
    };
  });
}

/** NaN where it cannot be told. */
function findValue({ form }: Limit, before = NaN, after = NaN): number {
  if (form === 'absolute') return after;
  if (form === 'difference') return after - before;
  // nothing that stays nothing has not changed, and a part of less than nothing means nothing
  if (before === 0 && after === 0) return 0;
  return before < 0 ? NaN : after / before - 1;
}

/** Differences of decimals are off by a rounding, which must not break a limit that is met exactly. */
function findTolerance({ form }: Limit, before = 0, after = 0): number {
  if (form === 'absolute') return 0;
  const scale = form === 'change' ? Math.max(1, after / before) : Math.max(Math.abs(before), Math.abs(after));
  return Number.isFinite(scale) ? 1e-12 * scale : 0;
}

function compare(value: number, operator: LimitOperator, bound: number, tolerance: number): boolean {
  const excess = value - bound;
  switch (operator) {
    case '>':
      return excess > tolerance;
    case '<':
      return excess < -tolerance;
    case '>=':
      return excess >= -tolerance;
    case '<=':
      return excess <= tolerance;
  }
}
