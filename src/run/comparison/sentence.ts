import { formatBytes, formatChange, formatFigure } from '../../report/index.js';
import { isClearlyHigher, type Contender, type Judgement } from './judge.js';

/** What to take at a size and why, in plain words. */
export function describeChoice(size: number, judgement: Judgement<Contender>): string {
  const { taken, pruned, quantised } = judgement;
  const at = `At about ${formatBytes(size)}`;
  if (taken === undefined) {
    return `${at} there is nothing to take: no plain quantisation that was tried is that small, and no drop of blocks makes the file that small.`;
  }
  const other = taken === pruned ? quantised : pruned;
  const choice = `${at} take ${nameFile(taken)}, because ${explain(judgement, taken, other)}.`;
  return [choice, ...describePrice(taken, other), ...warnOfLoss(taken)].join(' ');
}

function nameFile({ kind, name, bytes }: Contender): string {
  return kind === 'pruned'
    ? `the pruned file of ${name} (${formatBytes(bytes)})`
    : `${name} (${formatBytes(bytes)})`;
}

function explain({ reason }: Judgement<Contender>, taken: Contender, other: Contender | undefined): string {
  if (other === undefined) {
    return taken.kind === 'pruned'
      ? 'no plain quantisation that was tried is that small'
      : 'no drop of blocks makes the file that small';
  }
  const rival = nameFile(other);
  const figures = `KL divergence ${formatFigure(taken.divergence)} against ${formatFigure(other.divergence)}`;
  if (reason === 'faster') {
    return `this text cannot tell it from ${rival} (${figures}), and it writes ${formatFaster(taken, other, 'generation')} faster`;
  }
  return reason === 'close'
    ? `its divergence is a little lower than that of ${rival}, but by no more than chance on this text (${figures})`
    : `it stays closer to the original than ${rival}: ${figures}`;
}

/** What the other one does better. */
function describePrice(taken: Contender, other: Contender | undefined): readonly string[] {
  if (other === undefined) return [];
  const gains = (['prompt', 'generation'] as const).flatMap((phase) =>
    isClearlyHigher(other[phase], taken[phase])
      ? [`${phase === 'prompt' ? 'reads' : 'writes'} ${formatFaster(other, taken, phase)} faster`]
      : [],
  );
  return gains.length === 0 ? [] : [`The other one ${gains.join(' and ')}.`];
}

function formatFaster(a: Contender, b: Contender, phase: 'prompt' | 'generation'): string {
  return formatChange(b[phase]?.median ?? NaN, a[phase]?.median ?? NaN).replace(/^\+/, '');
}

function warnOfLoss({ grade, perplexityRatio }: Contender): readonly string[] {
  if (grade !== 'severe' && grade !== 'broken') return [];
  const ratio = formatFigure(perplexityRatio);
  return grade === 'severe'
    ? [`It is much worse than the original all the same: perplexity × ${ratio}.`]
    : [`But it is not usable: perplexity × ${ratio}.`];
}
