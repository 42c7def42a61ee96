import { renderTable } from '../reproduce/tables.mjs';

const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;

const rows = {
  files: ({ files, codes, valid, slowestMilliseconds, memoryGrowth }) => [
    [
      'damaged files',
      files.toLocaleString('en'),
      `${valid.toLocaleString('en')} read as valid, ${Object.entries(codes)
        .map(([code, times]) => `${times.toLocaleString('en')} ${code}`)
        .join(
          ', ',
        )}; the slowest ${slowestMilliseconds.toFixed(0)} ms, memory grew by ${megabytes(memoryGrowth)}`,
    ],
  ],
  deaths: ({ told }) =>
    Object.entries(told).map(([name, words]) => [`the native process dies: ${name}`, '1', words]),
  rewrites: ({ kills, absent, whole, broken, left, sourceChanged, others }) => [
    [
      'a rewrite killed at a random moment',
      String(kills),
      `target absent ${absent}, whole ${whole}, broken ${broken}; source changed ${sourceChanged}; a .part file left ${left}`,
    ],
    ...others.map(({ name, skipped, target, told }) => [
      `a rewrite: ${name}`,
      skipped === undefined ? '1' : '–',
      skipped ?? `target ${target}${told === '' ? '' : `; ended with ${told}`}`,
    ]),
  ],
  leaks: ({ cycles, memory, growth }) => [
    [
      'a model loaded, scored and closed in one process',
      String(cycles),
      `memory after each tenth: ${memory.map((bytes) => (bytes / 1e6).toFixed(0)).join(', ')} MB; the second half adds ${megabytes(growth)}`,
    ],
  ],
};

/** The figures of all parts as one Markdown table. */
export function renderReliability(figures) {
  return renderTable(
    ['what', 'times', 'outcome'],
    Object.entries(figures).flatMap(([name, part]) => rows[name](part['–'])),
    3,
  );
}
