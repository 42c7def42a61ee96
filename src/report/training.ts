import { formatCount } from '../gguf/index.js';
import type { TrainingReport } from './run.js';

const endings: Readonly<Record<TrainingReport['ended'], string>> = {
  'all steps': '',
  'no more gain': ' It ended early, as held-out windows saw no more gain.',
  stopped: ' It was stopped early; the same command, with --overwrite, goes on with it.',
  diverged: ' It ended early, as a gradient was no finite number: try a smaller --train-rate.',
};

/** What training did, in sentences. */
export function describeTraining(training: TrainingReport): string {
  const { rank, matrices, parameters, tokens, differentTokens, steps, bestStep, seconds, ended } = training;
  const { divergenceBefore, divergenceTrained, divergenceMerged, kept } = training;
  const trained =
    `Trained ${rank === null ? '' : `an adapter of rank ${rank} for `}${formatCount(matrices)} matrices ` +
    `(${formatCount(parameters)} numbers) on ${formatCount(tokens)} tokens` +
    `${tokens > differentTokens ? `, ${formatCount(differentTokens)} different ones` : ''}, in ${formatCount(steps)} steps, ${formatMinutes(seconds)} with the judging.${endings[ended]}`;
  const found =
    divergenceTrained < divergenceBefore
      ? ` Held-out divergence: ${divergenceBefore.toFixed(3)}, after step ${bestStep} ${divergenceTrained.toFixed(3)}` +
        (divergenceMerged === null
          ? '. It is a file of its own, and figures of the written model are of the model without it.'
          : `, put into the matrices and quantised ${divergenceMerged.toFixed(3)} nats${kept ? '.' : ': no gain, left as it was.'}`)
      : ' No step brought held-out windows nearer to the original.';
  return `${trained}${found}${adviseOnRounding(training)}`;
}

/** What keeps more, where quantising takes most of the gain. */
function adviseOnRounding({
  divergenceBefore,
  divergenceTrained,
  divergenceMerged,
  course,
}: TrainingReport): string {
  const unrounded = course.filter(({ rounded }) => !rounded).map(({ divergence }) => divergence);
  const least = Math.min(divergenceTrained, ...unrounded);
  const isMost =
    divergenceMerged !== null &&
    least < divergenceBefore &&
    divergenceMerged > (divergenceBefore + least) / 2;
  return isMost
    ? ' Quantising takes most of the gain: --heal-type Q8_0, or --adapter FILE of lora, keeps it.'
    : '';
}

function formatMinutes(seconds: number): string {
  return seconds < 90 ? `${Math.round(seconds)} s` : `${(seconds / 60).toFixed(1)} minutes`;
}
