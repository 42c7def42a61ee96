import type { VNode } from 'preact';
import { describeOutcome, measureGain } from '../healing.js';
import type { HealingReport, RunReport } from '../run.js';
import { Figure } from './Figure.js';
import { drawPlot } from './plot.js';
import type { Section } from './section.js';
import { Table } from './Table.js';
import { formatNats } from './words.js';

/** What healing tried, kept and gained. */
export async function makeHealing({ healing }: RunReport): Promise<Section | undefined> {
  if (healing === null) return undefined;
  const { steps, refusals = [] } = healing;
  if (steps.length + refusals.length === 0) return undefined;
  const body = (
    <>
      {steps.length === 0 ? null : await drawRepairs(healing)}
      {refusals.map((text) => (
        <p>{text}</p>
      ))}
    </>
  );
  return { id: 'healing', title: 'Healing', body };
}

async function drawRepairs(healing: HealingReport): Promise<VNode> {
  const { steps, divergenceBefore, divergenceAfter, methods, text, fittedTokens, heldOutTokens } = healing;
  const course = [{ step: 0, name: 'dropped', divergence: divergenceBefore }];
  for (const { fit, kept, kind, block } of steps) {
    if (!kept || fit?.divergenceAfter == null) continue;
    course.push({ step: course.length, name: `${kind} ${block}`, divergence: fit.divergenceAfter });
  }
  const plot = await drawPlot((isNarrow) => ({
    height: 260,
    data: { values: course },
    mark: {
      type: 'line',
      interpolate: 'step-after',
      color: 'var(--keep)',
      strokeWidth: 2,
      point: { color: 'var(--keep)', filled: true },
    },
    encoding: {
      x: {
        field: 'name',
        type: 'ordinal',
        sort: null,
        title: 'after which repair',
        axis: { labelAngle: isNarrow ? -90 : -45, labelOverlap: 'greedy' },
      },
      y: {
        field: 'divergence',
        type: 'quantitative',
        title: 'KL, nats a token',
        axis: { tickCount: 4 },
      },
    },
  }));
  const gained = measureGain(healing);
  const caption =
    `The divergence from the original on ${heldOutTokens.toLocaleString('en')} tokens that nothing was fitted to goes from ` +
    `${formatNats(divergenceBefore)} to ${formatNats(divergenceAfter)}, ${gained.toFixed(0)} % less: ${methods.join(' and ')}, ` +
    `fitted to ${fittedTokens.toLocaleString('en')} tokens of ${text}.`;
  return (
    <Figure plot={plot} caption={caption}>
      <Table
        label="Repairs that were tried"
        head={['repair', 'ridge', 'error before', 'error after', 'KL after', '']}
        rows={steps.map(({ kind, block, fit, kept, skipped }) => [
          `${kind === 'refit' ? 'ffn_down of block' : 'map in place of block'} ${block}`,
          fit?.ridge ?? '–',
          fit?.errorBefore.toFixed(3) ?? '–',
          fit?.errorAfter.toFixed(3) ?? '–',
          formatNats(fit?.divergenceAfter ?? null),
          skipped ?? describeOutcome(kept, fit?.divergenceAfter ?? null),
        ])}
      />
    </Figure>
  );
}
