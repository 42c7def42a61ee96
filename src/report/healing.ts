import { formatCount } from '../gguf/index.js';
import type { HealingReport, HealingStepReport } from './run.js';
import { renderTable } from './table.js';
import { wrapText, type TextStyle } from './text.js';
import { describeTraining } from './training.js';

/** By how much of itself the divergence became less, in per cent. */
export function measureGain({ divergenceBefore, divergenceAfter }: HealingReport): number {
  return divergenceBefore > 0 ? (1 - divergenceAfter / divergenceBefore) * 100 : 0;
}

/** Whether anything of the file differs from the original by healing. */
export function hasRepairs(healing: HealingReport | null): boolean {
  if (healing === null) return false;
  const { steps, training } = healing;
  return steps.some(({ kept }) => kept) || (training?.kept === true && training.divergenceMerged !== null);
}

/** What healing tried, what of it is in the file, and what it gained. */
export function renderHealing(healing: HealingReport, { width }: Pick<TextStyle, 'width'>): string {
  const { steps, divergenceBefore, divergenceAfter } = healing;
  const tried = steps.filter(({ fit }) => fit !== null);
  const lines = renderTable(
    [[' healed', 'block', 'error', '', 'KL', '', ''], ...tried.map(describeStep)],
    ['left', 'right', 'right', 'left', 'right', 'left', 'left'],
  );
  const gained = measureGain(healing);
  const isFitted = steps.length > 0;
  const [fitted, heldOut] = isFitted
    ? [`, fitted to ${formatCount(healing.fittedTokens)} tokens of ${healing.text}`, 'further tokens of it']
    : ['', `tokens of ${healing.text}`];
  const summary =
    `Healing by ${healing.methods.join(' and ')}${fitted}: the divergence on ${formatCount(healing.heldOutTokens)} ` +
    `${heldOut} goes from ${divergenceBefore.toFixed(3)} to ${divergenceAfter.toFixed(3)} nats ` +
    `(${gained.toFixed(0)} % less). Other figures of this run are of other text.`;
  const skipped = steps.filter((step) => step.skipped !== null);
  const notes = [...new Set(skipped.map((step) => step.skipped))].map(
    (why) =>
      `Not healed: ${skipped
        .filter((step) => step.skipped === why)
        .map(({ block }) => `block ${block}`)
        .join(', ')}: ${why}.`,
  );
  const trained = healing.training == null ? [] : [describeTraining(healing.training)];
  const done = isFitted || trained.length > 0 ? [...trained, summary] : [];
  const sentences = [...done, ...notes, ...(healing.refusals ?? [])];
  return [...(tried.length === 0 ? [] : lines), ...sentences.map((text) => wrapText(text, width))].join('\n');
}

/** What became of a repair. Where its error hardly fell, the divergence was not measured. */
export function describeOutcome(kept: boolean, divergenceAfter: number | null): string {
  if (kept) return 'kept';
  return divergenceAfter === null ? 'hardly nearer: left as it was' : 'no gain: left as it was';
}

const names = { refit: ' ffn_down', patch: ' patch' } as const;

function describeStep({ kind, block, kept, fit }: HealingStepReport): readonly string[] {
  if (fit === null) return [];
  return [
    names[kind],
    `${block}`,
    fit.errorBefore.toFixed(3),
    `→ ${fit.errorAfter.toFixed(3)}`,
    fit.divergenceBefore.toFixed(3),
    fit.divergenceAfter === null ? '' : `→ ${fit.divergenceAfter.toFixed(3)}`,
    describeOutcome(kept, fit.divergenceAfter),
  ];
}
