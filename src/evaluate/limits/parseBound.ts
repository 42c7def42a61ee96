import { PruneError } from '../../errors.js';
import { quoteName } from '../../gguf/index.js';
import type { LimitName } from './names.js';

/** Whether a limit is on the figure itself, its change relative to the original, or its difference to it. */
export type LimitForm = 'absolute' | 'change' | 'difference';

interface Bound {
  readonly form: LimitForm;
  readonly bound: number;
}

const byteUnits: Readonly<Record<string, number>> = { kb: 3, mb: 6, gb: 9, tb: 12 };

/**
 * Reads the value of a limit.
 * @throws PruneError USAGE
 */
export function parseBound(value: string, piece: string, name: LimitName): Bound {
  const match = /^([+\-−]?)\s*(\d+(?:\.\d+)?|\.\d+)\s*(%|[a-z]+)?$/i.exec(value.trim());
  if (match === null) throw refuse(piece, `${quoteName(value)} is not a number. ${explainValid(name)}`);
  const [, sign = '', digits = '', unit = ''] = match;
  const isSigned = sign !== '';
  if (isSigned && name.isComparison) {
    throw refuse(
      piece,
      `${name.name} compares with the original already, so that it has no change. ${explainValid(name)}`,
    );
  }
  const factor = sign === '' || sign === '+' ? '' : '-';
  const read = (exponent: number) => {
    // by the text, as a division would round once more
    const number = Number(`${factor}${digits}e${exponent}`);
    if (!Number.isFinite(number)) throw refuse(piece, `${quoteName(value)} is too large a number.`);
    return number;
  };
  if (isSigned && unit === '%') return { form: 'change', bound: read(-2) };
  return {
    form: isSigned ? 'difference' : 'absolute',
    bound: read(findExponent(name, unit, isSigned, digits, piece)),
  };
}

/** The power of ten that a unit stands for. */
function findExponent(
  name: LimitName,
  unit: string,
  isSigned: boolean,
  digits: string,
  piece: string,
): number {
  const isPercent = name.kind === 'share' || name.kind === 'accuracy';
  if (isPercent) {
    if (unit !== '' && unit !== '%') throw refuse(piece, explainValid(name));
    const number = Number(digits);
    // 0.9 may be meant as a share, and as 0.9 % it would never be broken
    if (!isSigned && unit === '' && number > 0 && number <= 1) {
      throw refuse(
        piece,
        `${digits} may be a share or per cent; write ${Number(`${digits}e2`)}% or ${digits}%.`,
      );
    }
    return -2;
  }
  if (name.kind === 'bytes') {
    const exponent = byteUnits[unit.toLowerCase()];
    if (exponent !== undefined) return exponent;
    if (Number(digits) === 0 && unit === '') return 0;
    const wrong =
      unit === '' ? `a ${name.title} needs a unit` : `${name.name} has no unit ${quoteName(unit)}`;
    throw refuse(piece, `${wrong}. ${explainValid(name)}`);
  }
  if (unit === '%') {
    throw refuse(
      piece,
      name.isComparison
        ? explainValid(name)
        : `a change in per cent needs a sign, such as ${name.name}>+${digits}% or ${name.name}<-${digits}%.`,
    );
  }
  if (unit !== '') throw refuse(piece, `${name.name} has no unit ${quoteName(unit)}. ${explainValid(name)}`);
  return 0;
}

function refuse(piece: string, why: string): PruneError {
  return new PruneError('USAGE', `--fail-if: in ${quoteName(piece)}, ${why}`);
}

/** Valid values of a figure, by examples. */
function explainValid({ name, kind, isComparison }: LimitName): string {
  const examples = {
    figure: isComparison ? [`${name}>0.1`] : [`${name}>30`, `${name}>+15%`, `${name}>+2.5`],
    rate: [`${name}<20`, `${name}<-10%`, `${name}<-5`],
    bytes: [`${name}>90MB`, `${name}>1.5GB`, `${name}>-10%`],
    accuracy: [`${name}<40%`, `${name}<-3 (points)`, `${name}<-10%`],
    share: isComparison ? [`${name}<80%`] : [`${name}>20%`, `${name}>+5 (points)`, `${name}>+50%`],
  }[kind];
  return `Valid ${examples.length === 1 ? 'is' : 'are'}, for example, ${examples.join(', ')}.`;
}
