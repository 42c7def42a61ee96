import {
  escapeUnsafe,
  type EvaluationReport,
  formatDrop,
  formatBytes,
  formatParameters,
  listArchitectures,
  metrics,
  settling,
  type MetricName,
  type BackendReport,
  type ChecksReport,
  type EvalReport,
  type ModelReport,
  type OutputReport,
  type RunReport,
} from '../index.js';

/** What is worked on and where, in one line. */
export function describeRun({ model, backend, blocks }: RunReport): string {
  return describeModel(model, backend, blocks.length);
}

/** A model and where it runs, in one line. */
export function describeModel(model: ModelReport, backend: BackendReport, blocks: number): string {
  const what = [
    escapeUnsafe(model.name),
    model.architecture,
    `${blocks} blocks`,
    model.quantisation,
    `${formatParameters(model.parameters)} parameters`,
    formatBytes(model.bytes),
  ];
  return `${what.join(' · ')}   ${describeBackend(backend)}`;
}

/** What is evaluated and where, in a line or two. */
export function describeEvaluated({ model, original, backend }: EvalReport): string {
  const one = ({ name, quantisation, bytes, file }: ModelReport) =>
    `${escapeUnsafe(file)}: ${escapeUnsafe(name)} · ${quantisation} · ${formatBytes(bytes)}`;
  const where = describeBackend(backend);
  return original === null
    ? `${one(model)}   ${where}`
    : `${one(model)}   ${where}\nagainst ${one(original)}`;
}

function describeBackend({ gpu, device, threads }: BackendReport): string {
  return `${gpu === 'off' ? 'CPU' : `${gpu}: ${device}`}, ${threads} thread${threads === 1 ? '' : 's'}`;
}

/** How clearly the choice stands apart; undefined where nothing was measured. */
export function describeSettled(report: RunReport): string | undefined {
  const { margin, search, calibration, ...drop } = report;
  if (search !== null) {
    const { name, passes, windows } = search;
    const effort =
      passes === 0
        ? 'all of it measured before'
        : `${passes} pass${passes === 1 ? '' : 'es'}, on up to ${windows} window${windows === 1 ? '' : 's'} a set`;
    return `dropping ${formatDrop(drop)}; found by ${name} search: ${effort}`;
  }
  if (margin === null || drop.dropped.length === 0) return undefined;
  const list = `dropping ${formatDrop(drop)}`;
  if (margin.gap < 0) return `${list}; blocks of lower scores stay: ${explainPassedOver(report)}`;
  if (margin.standardErrors === null) {
    const windows = calibration?.windows === 1 ? 'one window' : 'windows that all score alike';
    return `${list}; from ${windows}, how sure the choice is cannot be said`;
  }
  const errors = margin.standardErrors;
  const after = describeCounted(calibration);
  const enough = (calibration?.mostWindows ?? null) === null ? 2 : settling.standardErrors;
  return errors >= enough
    ? `${list}; the choice is settled${after}: the dropped blocks stand apart by ${errors.toFixed(1)} standard errors`
    : `${list}; a close choice${after}: the last block dropped and the first one kept differ by ${errors.toFixed(1)} standard errors`;
}

/** After how many windows it was settled, or was not, where they were not counted beforehand. */
function describeCounted(calibration: RunReport['calibration']): string {
  const { windows = 0, mostWindows = null } = calibration ?? {};
  if (mostWindows === null) return '';
  return windows === mostWindows
    ? ` after all ${windows} windows that there are`
    : ` after ${windows} of up to ${mostWindows} windows`;
}

/** Why blocks stay that score lower than one that goes. */
function explainPassedOver({ metric, blocks, dropped }: RunReport): string {
  const { keptEnds, isRun } = metrics[metric as MetricName];
  if (isRun) return `${metric} drops blocks in a row`;
  const highest = Math.max(...dropped.map((block) => blocks[block]?.score ?? -Infinity));
  const trunk = 1 + blocks.findLastIndex(({ score }) => score !== null);
  const isEnd = (block: number) =>
    keptEnds !== undefined && (block < keptEnds.first || block >= trunk - keptEnds.last);
  const passedOver = blocks.filter(
    (block) => !block.dropped && block.score !== null && block.score < highest,
  );
  const others = passedOver.filter(({ index }) => !isEnd(index));
  const byModel = 'cannot go, or not with these (prune-gguf inspect tells why)';
  if (keptEnds === undefined || others.length === passedOver.length) return `they ${byModel}`;
  const byMetric = `${metric} keeps the first ${keptEnds.first} and the last ${keptEnds.last}`;
  return others.length === 0 ? byMetric : `${byMetric}, and others ${byModel}`;
}

/**
 * What was checked of a written file.
 * @param isHealed whether tensors were changed on purpose
 */
export function describeChecks(
  { stockDifference, bypassDifference }: ChecksReport,
  isHealed: boolean,
): string {
  const same = (difference: number | null) => {
    if (difference === null) return 'as far as can be told';
    return difference === 0 ? 'exactly' : `to ${difference.toExponential(0)} nats`;
  };
  return (
    `Checked     same bytes${isHealed ? ' but where it was healed' : ''} ✓   opens in stock llama.cpp, losses equal ${same(stockDifference)} ✓   ` +
    `losses of the bypassed original${isHealed ? ', healed in memory' : ''}, equal ${same(bypassDifference)} ✓`
  );
}

/** The files that were written, the model first: of a split one the part that is to be opened. */
export function listWritten({ file, parts, companions }: OutputReport): readonly string[] {
  const others = parts.length - 1;
  const more = others === 0 ? '' : `  and ${others} more part${others === 1 ? '' : 's'} of it`;
  return [
    `${file}${more}`,
    ...companions.map(({ file, source }) =>
      source === null ? `${file}   adapter, for llama.cpp's --lora` : file,
    ),
  ];
}

/** What to do about the result; undefined when there is nothing to do. */
export function describeAdvice(
  { verdict }: EvaluationReport,
  report: Pick<RunReport, 'dropped' | 'droppedAttention' | 'search' | 'metric' | 'model'>,
): string | undefined {
  const { dropped, droppedAttention } = report;
  if (verdict.grade === 'same' || verdict.grade === 'slight') return undefined;
  if (verdict.grade === 'unknown')
    return 'Measure on text of a kind that the model knows: --calibration FILE.';
  if (droppedAttention.length > 0)
    return 'Dropping less costs less: fewer blocks, or the attention of fewer.';
  if (dropped.length > 1) return `Fewer blocks cost less: try --blocks ${Math.floor(dropped.length / 2)}.`;
  const attention = canLoseAttention(report.model) ? ' Attention alone may cost less: --unit attention.' : '';
  return verdict.grade === 'noticeable'
    ? `One block is the least that can be dropped; ${adviseOnChoice(report)}${attention}`
    : `A single block is too much already: this model tolerates no drop of that kind.${attention}`;
}

/** How a better block may be found. */
function adviseOnChoice({ search, metric }: Pick<RunReport, 'search' | 'metric'>): string {
  if (search !== null) {
    return 'more --windows, or --calibration with your own kind of text, may find a better one.';
  }
  return metric === null
    ? '--blocks 1 searches for the one that is missed least.'
    : 'a search may find a better one: leave out --metric.';
}

function canLoseAttention({ architecture }: ModelReport): boolean {
  return listArchitectures().some((one) => one.architecture === architecture && one.attentionAlone);
}
