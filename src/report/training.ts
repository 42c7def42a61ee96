import { formatCount } from '../gguf/index.js';
import type { TrainingReport } from './run.js';

const endings: Readonly<Record<TrainingReport['ended'], string>> = {
  'all steps': '',
  'no more gain': ' It ended early, as held-out windows saw no more gain.',
  stopped: ' It was stopped early.',
  diverged: ' It ended early, as a gradient was no finite number: try a smaller --train-rate.',
};

/** What training did, in sentences. */
export function describeTraining(training: TrainingReport): string {
  const { rank, matrices, parameters, tokens, steps, bestStep, seconds, ended } = training;
  const { divergenceBefore, divergenceAdapter, divergenceMerged, kept } = training;
  const rate = seconds > 0 ? `, ${formatCount(Math.round(tokens / seconds))} tokens a second` : '';
  const trained =
    `Trained an adapter of rank ${rank} for ${formatCount(matrices)} matrices (${formatCount(parameters)} numbers) on ` +
    `${formatCount(tokens)} tokens, in ${formatCount(steps)} steps, ${formatMinutes(seconds)}${rate}.${endings[ended]}`;
  const gained =
    bestStep === 0
      ? ' No step brought held-out windows nearer to the original.'
      : ` Held-out divergence: ${divergenceBefore.toFixed(3)}, with the adapter of step ${bestStep} ${divergenceAdapter.toFixed(3)}` +
        (divergenceMerged === null
          ? '; it is a file of its own.'
          : `, put into the matrices and quantised ${divergenceMerged.toFixed(3)} nats${kept ? '.' : ': no gain, left as it was.'}`);
  return `${trained}${gained}`;
}

function formatMinutes(seconds: number): string {
  return seconds < 90 ? `${Math.round(seconds)} s` : `${(seconds / 60).toFixed(1)} minutes`;
}
