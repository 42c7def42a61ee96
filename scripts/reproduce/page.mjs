import { checkClaims } from './claims.mjs';
import { drawCollapse, drawDamage, drawLatency, drawMixtures } from './plots.mjs';
import { countTroubled, readCollapse, readDamage, readLatency, readMixtures } from './readings.mjs';
import { formatRatio, percent, renderTable } from './tables.mjs';

/** The sections of docs/reproduction.md, those whose figures are there. */
export async function renderPage(figures) {
  const sections = {};
  for (const [part, render] of Object.entries({ damage, quantisation, latency, collapse })) {
    if (figures[part] === undefined) continue;
    const conditions = [...new Set(Object.values(figures[part]).map(conditionsOf[part]))].join(' ');
    sections[part] = [await render(figures[part]), conditions].join('\n\n');
  }
  sections.claims = checkClaims(figures);
  return sections;
}

/** What the figures of each part depend on besides the model. */
const onText = ({ settings: { label, windows } }) => `_${windows} windows of 512 tokens of ${label}._`;
const conditionsOf = {
  damage: onText,
  quantisation: onText,
  latency: ({ machine }) => `_${machine}._`,
  collapse: ({ settings: { limit } }) => `_${limit} questions a task, evenly spaced over the data sets._`,
};

async function damage(figures) {
  const rows = readDamage(figures);
  const tables = Object.keys(figures).map((model) => {
    const own = rows.filter((row) => row.model === model);
    const orders = [...new Set(own.map(({ order }) => order))];
    const counts = [...new Set(own.map(({ count }) => count))];
    const find = (order, count) => own.find((row) => row.order === order && row.count === count);
    return [
      `${model} (${figures[model].blocks} blocks), perplexity as a multiple of the whole model's:`,
      '',
      renderTable(
        ['dropped', ...orders],
        counts.map((count) => [
          String(count),
          ...orders.map((order) => formatRatio(find(order, count).ratio)),
        ]),
      ),
    ].join('\n');
  });
  return [await drawDamage(rows), ...tables].join('\n\n');
}

async function quantisation(figures) {
  const rows = readMixtures(figures);
  const table = renderTable(
    ['model', 'quantisation', 'dropped', 'bytes before', 'KL divergence', 'ln ratio', 'sum of both alone'],
    rows.map(({ model, type, share, bytes, kl, logRatio, sum }) => [
      model,
      type,
      share,
      `${(bytes / 1e6).toFixed(1)} MB`,
      kl.toFixed(3),
      logRatio.toFixed(3),
      sum.toFixed(3),
    ]),
  );
  return [
    await drawMixtures(rows),
    'Bars: measured; black marks: the sum of what pruning and quantising do alone. Both are ln(perplexity ÷ that of the file as given).',
    table,
  ].join('\n\n');
}

async function latency(figures) {
  const rows = readLatency(figures);
  const table = renderTable(
    [
      'model',
      'dropped',
      'texts',
      'prompt, times',
      'generation, times',
      'prompt tokens/s',
      'generation tokens/s',
    ],
    rows
      .filter(({ work }) => work === 'prompt')
      .map((row) => {
        const other = rows.find(
          ({ model, share, texts, work }) =>
            work === 'generation' && model === row.model && share === row.share && texts === row.texts,
        );
        const rates = ({ before, after }) => `${before.toFixed(0)} → ${after.toFixed(0)}`;
        return [
          row.model,
          row.share,
          row.texts,
          row.speedUp.toFixed(2),
          other.speedUp.toFixed(2),
          rates(row),
          rates(other),
        ];
      }),
  );
  return [await drawLatency(rows), table].join('\n\n');
}

async function collapse(figures) {
  const rows = readCollapse(figures);
  const tables = Object.entries(figures).map(([model, { steps }]) =>
    [
      `${model}:`,
      '',
      renderTable(
        ['dropped', ...steps[0].tasks.map(({ title }) => title), 'repeated 4-grams', 'texts in trouble'],
        steps.map((step) => [
          String(step.dropped.length),
          ...step.tasks.map(
            ({ value, error }) => `${(100 * value).toFixed(0)} ± ${(100 * error).toFixed(0)}`,
          ),
          percent(step.repetition),
          `${countTroubled(step, steps).troubled} of ${step.texts}`,
        ]),
      ),
    ].join('\n'),
  );
  return [await drawCollapse(rows), ...tables].join('\n\n');
}
