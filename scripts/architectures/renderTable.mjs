// The results as a Markdown table, a row for each generated model.

export function renderTable(results) {
  const head = ['model', 'blocks', 'first', 'middle', 'last', 'pair', 'run', 'chosen 2', 'block count alone'];
  const rows = results.map((result) => {
    if (result.refused !== undefined) return [result.name, '', ...Array(7).fill('–')];
    const of = (kind) => describeDrop(result.drops.find((drop) => drop.kind === kind));
    return [
      result.name,
      String(result.blocks),
      ...['first', 'middle', 'last', 'pair', 'run', 'lowest 2'].map(of),
      describeNaive(result.drops),
    ];
  });
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function describeDrop(drop) {
  if (drop === undefined) return '';
  if (drop.fault) return '**wrong**';
  return drop.refused === undefined ? 'equal' : 'refused';
}

/** What becomes of the same drops when only the number of blocks is changed. */
function describeNaive(drops) {
  const outcomes = drops.flatMap(({ naive }) => naive ?? []);
  const wrong = outcomes.filter((outcome) => outcome === 'silently different').length;
  const right = outcomes.filter((outcome) => outcome === 'right').length;
  const failed = outcomes.length - wrong - right;
  const parts = [
    ...(right > 0 ? [`${right} right`] : []),
    ...(wrong > 0 ? [`${wrong} silently different`] : []),
    ...(failed > 0 ? [`${failed} not loaded`] : []),
  ];
  return parts.join(', ');
}
