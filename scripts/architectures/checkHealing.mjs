// One model of an architecture: the block of the lowest score dropped and healed by the whole command, which compares the
// written file with what was measured in memory, in stock llama.cpp and in ours.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseHealing, pruneFile } from '../../dist/index.js';
import { renderOutcomes, shortenRefusal } from './renderOutcomes.mjs';

/** Of 18 windows three judge. */
const windows = Array.from({ length: 18 }, (_, w) =>
  Array.from({ length: 64 }, (_, i) => (i * (37 + 2 * w) + 11 * ((i + w) % 5) + 3 * w) % 127),
);

/**
 * @returns how many of the steps were kept, why others were skipped, or why nothing was healed; `fault` is set where the
 *   healed model is worse than the dropped one, or is not the one that was measured
 */
export async function checkHealing(file, scratch) {
  const calibration = path.join(scratch, 'windows.json');
  writeFileSync(calibration, JSON.stringify(windows));
  const notes = [];
  try {
    const { healing } = await pruneFile({
      model: file,
      output: path.join(scratch, 'healed.gguf'),
      overwrite: true,
      gpu: 'off',
      threads: 1,
      calibration,
      amount: { blocks: 1 },
      metric: 'block-influence',
      heal: parseHealing('reconstruct'),
      onEvent: (event) => event.kind === 'note' && notes.push(event.text),
    });
    if (healing === null) return { none: notes.find((note) => note.startsWith('Nothing was healed')) };
    const { divergenceBefore: before, divergenceAfter: after, steps } = healing;
    const kept = steps.filter((step) => step.kept).length;
    const skipped = [...new Set(steps.flatMap(({ skipped }) => skipped ?? []))];
    return { before, after, kept, steps: steps.length, skipped, ...(after <= before ? {} : { fault: true }) };
  } catch (error) {
    const expected = ['ARCHITECTURE_UNSUPPORTED', 'DROP_REFUSED', 'USAGE'];
    return { none: error.message, ...(expected.includes(error.code) ? {} : { fault: true }) };
  }
}

/** The results of all models, in a table of what was healed and why not. */
export function renderHealingTable(results) {
  const of = (matches) => results.filter(({ healing }) => matches(healing)).map(({ name }) => name);
  const reasons = new Set(
    results.flatMap(({ healing: { none, skipped = [] } }) => [...(none ? [shorten(none)] : []), ...skipped]),
  );
  const rows = [
    ['nearer to the original', of(({ kept }) => kept > 0)],
    [
      'tried, and left as it was: no refit helps',
      of(({ kept, skipped }) => kept === 0 && skipped.length === 0),
    ],
    ...[...reasons].map((reason) => [
      `not healed, or not all blocks: ${reason}`,
      of(({ none, skipped = [] }) => skipped.includes(reason) || (none && shorten(none) === reason)),
    ]),
  ];
  return renderOutcomes(rows);
}

/** Without what differs from model to model. */
function shorten(reason) {
  return shortenRefusal(reason)
    .replace(/^Nothing was healed in closed form: /, '')
    .replace(/^\S+\.gguf: \S+ models cannot be healed: /, '')
    .replace(/[:,.].*$/s, '');
}
