import { PruneError } from '../../../errors.js';
import { escapeUnsafe, formatCount } from '../../../gguf/index.js';
import type { Row } from '../rows.js';
import type { DataFile } from './dataFile.js';
import { readText } from './readText.js';

const LINES = 6;

/**
 * Reads HellaSwag in the text form of llama.cpp (tools/perplexity, --hellaswag): for each task a line with the context,
 * one with the number of the right ending, 0 to 3, and four with the endings. A row has the fields `context`, `label`
 * and `endings`, and stands on the line of its context.
 *
 * @throws PruneError DATA and those of reading
 */
export async function readHellaswagText({ path, label, group }: DataFile): Promise<readonly Row[]> {
  const lines = (await readText(path)).replace(/\r?\n$/, '').split(/\r?\n/);
  if (lines.length % LINES !== 0) {
    throw new PruneError(
      'DATA',
      `${escapeUnsafe(label)} has ${formatCount(lines.length)} lines, which is no multiple of six. Each task must have a line ` +
        'with its context, one with the number of the right ending (0 to 3), and four with the endings.',
    );
  }
  return Array.from({ length: lines.length / LINES }, (_, i) => {
    const [context, answer, ...endings] = lines.slice(i * LINES, (i + 1) * LINES);
    return {
      place: { label, unit: 'line', number: i * LINES + 1 },
      fields: { context, label: answer, endings },
      group,
    };
  });
}
