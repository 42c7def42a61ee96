import { renderTable } from '../reproduce/tables.mjs';

const format = (value, unit) => (unit === undefined ? value.toFixed(3) : `${value.toFixed(0)} ${unit}`);

/** What was measured, as Markdown: all comparisons in one table, then the tables of other parts. */
export function renderFigures(figures) {
  const parts = Object.values(figures).map((models) => Object.entries(models));
  const all = parts.flat();
  const compared = all.flatMap(([model, { comparisons = [] }]) =>
    comparisons.map((one) => ({ model, ...one })),
  );
  const machines = [...new Set(all.map(([, { machine }]) => machine))];
  return [
    `Measured on ${machines.join('; ')}.`,
    'Whole processes in turns, medians of the ratios of rounds; below 1 is less than the other.',
    renderTable(
      ['what', 'model', 'against', 'ratio', 'least to most', 'aim, at most'],
      compared.map(({ model, what, against, median, least, most, unit, aim }) => [
        what,
        model,
        against,
        `**${format(median, unit)}**`,
        `${format(least, unit)} to ${format(most, unit)}`,
        aim === null ? '–' : format(aim, unit),
      ]),
      3,
    ),
    ...parts.filter(([[, first]]) => first.head !== undefined).flatMap(renderPart),
  ].join('\n\n');
}

/** One part of which each model has some rows. */
function renderPart(models) {
  const [[, { title, head }]] = models;
  return [
    title,
    renderTable(
      head,
      models.flatMap(([, { rows }]) => rows),
    ),
  ];
}
