import type { LimitKind } from './names.js';
import type { Limit } from './parse.js';

/** Why a limit could not be judged. */
export function describeMissing(limit: Limit, before?: number, after?: number): string {
  const { name, text } = limit;
  const isLacking = (value: number | undefined) => value === undefined || Number.isNaN(value);
  const whose = limit.form !== 'absolute' && isLacking(before) && !isLacking(after) ? ' of the original' : '';
  const lacking = whose === '' ? after : before;
  const why = lacking === undefined ? 'was not measured' : 'is not a number that can be compared';
  return `${name.title}${whose} ${why}, so that ${text} counts as broken`;
}

/** How a limit is broken: `perplexity rose by 23 %, more than the 15 % allowed`. */
export function describeBroken(limit: Limit, value: number): string {
  const { name, form, operator, bound } = limit;
  const [shown, allowed] = formatApart(Math.abs(value), Math.abs(bound), findFormat(name.kind, form));
  const isUpper = operator.startsWith('>');
  if (form !== 'absolute') return `${name.title} ${describeChange(limit, value, shown, allowed)}`;
  // with = the bound itself is broken already
  if (operator.endsWith('='))
    return `${name.title} is ${shown}, and must be ${isUpper ? 'below' : 'above'} ${allowed}`;
  return `${name.title} is ${shown}, ${isUpper ? `more than the ${allowed} allowed` : `less than the ${allowed} required`}`;
}

function describeChange({ operator, bound }: Limit, value: number, shown: string, limit: string): string {
  const isUpper = operator.startsWith('>');
  const by = Number.isFinite(value) ? `by ${shown}` : 'beyond measure';
  const verb = value === 0 ? 'did not change' : `${value > 0 ? 'rose' : 'fell'} ${by}`;
  if (bound === 0) {
    const [must, mustNot] = isUpper ? ['fall', 'rise'] : ['rise', 'fall'];
    return `${verb}, and must ${operator.endsWith('=') ? must : `not ${mustNot}`}`;
  }
  const noun = bound > 0 ? 'rise' : 'fall';
  // the bound of a way that the value must not go too far, or of one that it must go far enough
  const isAllowance = isUpper === bound > 0;
  if (operator.endsWith('=')) {
    return `${verb}, and must ${noun} by ${isAllowance ? 'less' : 'more'} than ${limit}`;
  }
  if (isAllowance) return `${verb}, more than the ${limit} allowed`;
  const isSameWay = value !== 0 && value > 0 === bound > 0;
  return isSameWay
    ? `${verb}, less than the ${limit} required`
    : `${verb}, and must ${noun} by ${limit} at least`;
}

type Format = (value: number, digits: number) => string;

/** Beyond these two numbers differ by roundings alone. */
const mostDigits = 12;

/** Writes two numbers with as few digits as tell them apart, three at least. */
function formatApart(value: number, bound: number, format: Format): readonly [string, string] {
  let digits = 3;
  while (digits < mostDigits && value !== bound && format(value, digits) === format(bound, digits)) digits++;
  return [format(value, digits), format(bound, digits)];
}

function findFormat(kind: LimitKind, form: Limit['form']): Format {
  const format = findUnit(kind, form);
  return (value, digits) => (Number.isFinite(value) ? format(value, digits) : 'infinite');
}

function findUnit(kind: LimitKind, form: Limit['form']): Format {
  if (form === 'change') return (value, digits) => `${formatNumber(100 * value, digits)} %`;
  const unit = form === 'difference' ? 'points' : '%';
  switch (kind) {
    case 'share':
    case 'accuracy':
      return (value, digits) => `${formatNumber(100 * value, digits)} ${unit}`;
    case 'bytes':
      return formatSize;
    case 'rate':
      return (value, digits) => `${formatNumber(value, digits)} tokens/s`;
    case 'figure':
      return formatNumber;
  }
}

const sizeUnits = [
  [1e9, 'GB'],
  [1e6, 'MB'],
  [1e3, 'kB'],
] as const;

function formatSize(bytes: number, digits: number): string {
  const [size, unit] = sizeUnits.find(([least]) => bytes >= least) ?? [1, 'bytes'];
  return `${formatNumber(bytes / size, digits)} ${unit}`;
}

/** Significant digits, but whole numbers in full, without noughts at the end. */
function formatNumber(value: number, digits: number): string {
  const whole = Math.floor(Math.log10(Math.max(value, 1))) + 1;
  return String(Number(value.toPrecision(Math.min(100, Math.max(digits, whole)))));
}
