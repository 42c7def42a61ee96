import { PruneError } from '../../../errors.js';
import { escapeUnsafe, formatCount, formatCounted } from '../../../gguf/index.js';
import { badRow, showValue, type Row } from '../rows.js';
import { readText } from './readText.js';

/**
 * Gives rows the `label` that a file beside theirs has for each, one a line, as PIQA does.
 * @throws PruneError DATA when the file has another length, or a line that is none of `valid`; and those of reading
 */
export async function addLabels(
  rows: readonly Row[],
  file: { readonly path: string; readonly label: string },
  valid: readonly string[],
): Promise<readonly Row[]> {
  const lines = (await readText(file.path)).trimEnd().split(/\r?\n/);
  if (lines.length !== rows.length) {
    throw new PruneError(
      'DATA',
      `${escapeUnsafe(file.label)} has ${formatCounted(lines.length, 'line')} for ${formatCount(rows.length)} questions. It must ` +
        'have one line for each question, in the same order.',
    );
  }
  return rows.map((row, i) => {
    const label = (lines[i] ?? '').trim();
    if (!valid.includes(label)) {
      const place = { label: file.label, unit: 'line', number: i + 1 } as const;
      throw badRow(place, `is ${showValue(label)}`, `It must be one of ${valid.join(', ')}.`);
    }
    return { ...row, fields: { ...row.fields, label } };
  });
}
