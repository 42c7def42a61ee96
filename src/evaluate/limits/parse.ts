import { distance } from 'fastest-levenshtein';
import { PruneError } from '../../errors.js';
import { quoteName } from '../../gguf/index.js';
import { limitNames, nameTask, type LimitName } from './names.js';
import { parseBound, type LimitForm } from './parseBound.js';

export type { LimitForm } from './parseBound.js';

export type LimitOperator = '>' | '<' | '>=' | '<=';

/** What a result must not be. */
export interface Limit {
  /** As it was written, without spaces. */
  readonly text: string;
  readonly name: LimitName;
  readonly operator: LimitOperator;
  readonly form: LimitForm;
  /**
   * In the unit of the figure: shares, accuracies and their differences as 0 to 1, sizes in bytes; of a change the part
   * of the original, so that 0.15 is +15 %.
   */
  readonly bound: number;
}

/**
 * Reads limits separated by commas: `name>value`, with `<`, `>=` and `<=` as well. A signed value with `%` is a change
 * relative to the original, a signed one without is a difference to it.
 *
 * @param tasks names of the tasks that may be named
 * @throws PruneError USAGE, naming the piece, what is wrong with it and what would be valid
 */
export function parseLimits(text: string, tasks: readonly string[]): readonly Limit[] {
  const known = [...limitNames, ...tasks.map(nameTask)];
  return text.split(',').map((piece, i, all) => parseLimit(piece.trim(), known, all[i - 1]?.trim()));
}

function parseLimit(piece: string, known: readonly LimitName[], before: string | undefined): Limit {
  if (piece === '') throw new PruneError('USAGE', `--fail-if has an empty limit. ${form}`);
  const match = /^([^<>=!\s]+)\s*([<>=!]+)\s*(.+)$/s.exec(piece);
  if (match === null) throw new PruneError('USAGE', `--fail-if: ${explainShape(piece, before)}`);
  const [, typed = '', operator = '', value = ''] = match;
  const name = known.find((candidate) => candidate.name === typed);
  if (name === undefined) {
    throw new PruneError('USAGE', `--fail-if: ${explainName(typed, piece, known)}`);
  }
  if (!isOperator(operator)) {
    throw new PruneError(
      'USAGE',
      `--fail-if: ${quoteName(piece)} compares by ${quoteName(operator)}; valid are >, <, >= and <=.`,
    );
  }
  return { text: `${typed}${operator}${value.trim()}`, name, operator, ...parseBound(value, piece, name) };
}

const form = 'A limit is a name, one of > < >= <= and a value, such as ppl>+15%.';

function isOperator(text: string): text is LimitOperator {
  return ['>', '<', '>=', '<='].includes(text);
}

function explainShape(piece: string, before: string | undefined): string {
  if (/^\d+%?$/.test(piece) && before !== undefined) {
    return (
      `${quoteName(piece)} after ${quoteName(before)} is no limit. Commas separate limits; ` +
      'decimals are written with a point, and thousands without a separator.'
    );
  }
  return `${quoteName(piece)} is no limit. ${form}`;
}

function explainName(typed: string, piece: string, known: readonly LimitName[]): string {
  const [nearest] = known
    .map(({ name }) => ({ name, edits: distance(typed.toLowerCase(), name) }))
    .filter(({ name, edits }) => edits <= Math.max(2, name.length / 3) && edits < name.length)
    .sort((a, b) => a.edits - b.edits);
  const meant = nearest === undefined ? '' : ` Did you mean ${nearest.name}?`;
  const names = known.map(({ name }) => name).join(', ');
  return `${quoteName(piece)} names ${quoteName(typed)}, which is not measured.${meant} Valid are ${names}.`;
}
