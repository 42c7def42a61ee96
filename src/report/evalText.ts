import { escapeUnsafe, formatCounted } from '../gguf/index.js';
import type { SpeedReport, TaskReport, TextReport } from './evaluation.js';
import { formatBytes, formatChange, formatFigure, formatPoints, formatShareWithin } from './format.js';
import { renderExcerpts } from './excerpts.js';
import { renderGeneration } from './generation.js';
import type { GenerationFigures, GenerationReport, TextCount } from './generationReport.js';
import { renderTable } from './table.js';
import { wrapText } from './text.js';

/** Perplexity and divergence. */
export function renderEvalText(report: TextReport, width: number): string {
  const { before, after, divergence, verdict, rule, context, stride } = report;
  const cut = rule === 'halves' ? `second half scored` : `slid by ${stride ?? 0}`;
  const ofText = formatCounted(report.windowsOfText, 'window');
  const windows = report.windows < report.windowsOfText ? `${report.windows} of ${ofText}` : ofText;
  const title = `Text: ${report.source}, ${windows} of ${context} tokens, ${cut}`;
  const withError = ({ perplexity, lossError }: typeof after) =>
    `${formatFigure(perplexity)} ± ${formatFigure(perplexity * lossError)}`;
  const rows =
    before === null
      ? [['perplexity', withError(after)]]
      : [
          ['', 'original', 'model', 'change'],
          [
            'perplexity',
            withError(before),
            withError(after),
            formatChange(before.perplexity, after.perplexity),
          ],
          ...(divergence === null
            ? []
            : [
                [
                  'KL divergence, mean',
                  '–',
                  `${formatFigure(divergence.mean)} ± ${formatFigure(divergence.error)}`,
                  '',
                ],
                ['KL divergence, 99 %', '–', formatFigure(divergence.percentile99), ''],
                ['same next token', '–', formatShareWithin(divergence.sameTop, divergence.sameTopError), ''],
              ]),
        ];
  return [
    title,
    ...indent(renderTable(rows, ['left', 'right', 'right', 'right'])),
    ...renderVerdict(verdict, width),
  ].join('\n');
}

/** Accuracies, a line a task. */
export function renderEvalTasks(tasks: readonly TaskReport[], width: number): string {
  const hasOriginal = tasks.some(({ before }) => before !== null);
  const head = [
    '',
    'questions',
    'guessing',
    ...(hasOriginal ? ['original'] : []),
    'model',
    ...(hasOriginal ? ['change'] : []),
  ];
  const rows = tasks.map(({ title, questions, shots, chance, before, after, difference }) => [
    shots === 0 ? escapeUnsafe(title) : `${escapeUnsafe(title)}, ${formatCounted(shots, 'example')}`,
    String(questions),
    `${(100 * chance).toFixed(0)} %`,
    ...(hasOriginal
      ? [before === null ? '–' : formatShareWithin(before.accuracy.value, before.accuracy.error)]
      : []),
    formatShareWithin(after.accuracy.value, after.accuracy.error),
    ...(difference === null ? [] : [formatPoints(difference.value, difference.error)]),
  ]);
  const lines = renderTable([head, ...rows], ['left', 'right', 'right', 'right', 'right', 'right']);
  const notes = tasks.flatMap((task) =>
    task.notes.map((note) => wrapText(`${escapeUnsafe(task.title)}: ${note}`, width)),
  );
  return ['Tasks', ...indent(lines), ...notes].join('\n');
}

/** What it writes by itself, with the texts that suffered most. */
export function renderEvalGeneration(report: GenerationReport, width: number): string {
  const { comparison, after, prompts, texts, tokens, excerpts } = report;
  const title = `What it writes: ${formatCounted(prompts, 'prompt')}, ${formatCounted(texts, 'text')} each, up to ${tokens} tokens (${report.source})`;
  if (comparison === null)
    return [title, ...indent(renderTable(listFigures(after), ['left', 'right']))].join('\n');
  return [
    title,
    renderGeneration(comparison),
    '',
    renderExcerpts(excerpts, { width }),
    ...renderVerdict(comparison.verdict, width),
  ].join('\n');
}

function listFigures(figures: GenerationFigures): readonly (readonly [string, string])[] {
  const share = (value: number | null) => (value === null ? '–' : `${(100 * value).toFixed(1)} %`);
  const count = ({ count: some, of }: TextCount) => (of === 0 ? '–' : `${some} of ${of}`);
  return [
    ['repeated 4-grams', share(figures.repetition)],
    ['different tokens', share(figures.distinct1)],
    ['different pairs', share(figures.distinct2)],
    ['end in a loop', count(figures.loops)],
    ['in another language', count(figures.drifts)],
    ['in no recognisable one', count(figures.unrecognised)],
    ['stopped early', count(figures.earlyStops)],
  ];
}

/** Time, memory and size. */
export function renderEvalSpeed(report: SpeedReport): string {
  const { before, after } = report;
  const row = (
    title: string,
    pick: (figures: typeof after) => number,
    format: (value: number) => string,
    spread?: (figures: typeof after) => readonly [number, number],
  ) => {
    const cell = (figures: typeof after) => {
      const range = spread?.(figures);
      return range === undefined
        ? format(pick(figures))
        : `${format(pick(figures))} (${format(range[0])} to ${format(range[1])})`;
    };
    return [
      title,
      ...(before === null ? [] : [cell(before)]),
      cell(after),
      ...(before === null ? [] : [formatChange(pick(before), pick(after))]),
    ];
  };
  const batchRows = after.batches.flatMap(({ texts }, b) =>
    (['prompt', 'generation'] as const).map((phase) =>
      row(
        `${phase}, ${texts} ${texts === 1 ? 'text' : 'texts'}, tokens/s`,
        ({ batches }) => batches[b]?.[phase].median ?? NaN,
        formatFigure,
        ({ batches }) => [batches[b]?.[phase].lowest ?? NaN, batches[b]?.[phase].highest ?? NaN],
      ),
    ),
  );
  const rows = [
    ['', ...(before === null ? [] : ['original']), 'model', ...(before === null ? [] : ['change'])],
    row('file', ({ bytes }) => bytes, formatBytes),
    row('peak memory', ({ peakMemory }) => peakMemory, formatBytes),
    ...(after.deviceMemory === null
      ? []
      : [row('device memory', ({ deviceMemory }) => deviceMemory ?? NaN, formatBytes)]),
    row(
      'first token, ms',
      ({ firstToken }) => 1000 * firstToken.median,
      formatFigure,
      ({ firstToken }) => [1000 * firstToken.lowest, 1000 * firstToken.highest],
    ),
    ...batchRows,
  ];
  const turns = before === null || report.interleaved ? '' : '; not in turns, for want of memory';
  const title = `Speed: ${report.promptTokens} tokens of prompt, ${report.generatedTokens} written; median, lowest to highest${turns}`;
  return [title, ...indent(renderTable(rows, ['left', 'right', 'right', 'right']))].join('\n');
}

function renderVerdict(verdict: { readonly sentence: string } | null, width: number): readonly string[] {
  return verdict === null ? [] : ['', wrapText(verdict.sentence, width)];
}

function indent(lines: readonly string[]): readonly string[] {
  return lines.map((line) => ` ${line}`);
}
