import { describeTraining } from '../../../src/report/training.js';
import type { TrainingReport } from '../../../src/report/run.js';

const training: TrainingReport = {
  method: 'lora',
  loss: 'divergence',
  rank: 16,
  alpha: 32,
  matrices: 175,
  parameters: 4_100_000,
  rate: 0.001,
  windowTokens: 512,
  tokens: 98_304,
  batch: 1,
  differentTokens: 24_576,
  steps: 96,
  plannedSteps: 96,
  bestStep: 92,
  seconds: 900,
  ended: 'all steps',
  course: [],
  divergenceBefore: 0.8,
  divergenceTrained: 0.6,
  divergenceMerged: 0.62,
  kept: true,
};

describe('What is said of a training', () => {
  it('is what was trained, for how long, and what held-out windows make of it', () => {
    expect(describeTraining(training)).toBe(
      'Trained an adapter of rank 16 for 175 matrices (4,100,000 numbers) on 98,304 tokens, 24,576 different ones, ' +
        'in 96 steps, 15.0 minutes with the judging. Held-out divergence: 0.800, after step 92 0.600, put into the matrices and quantised 0.620 nats.',
    );
  });

  it('names no adapter where matrices are trained as they are', () => {
    expect(describeTraining({ ...training, method: 'full', rank: null, alpha: null })).toMatch(
      /^Trained 175 matrices \(4,100,000 numbers\)/,
    );
  });

  it('names what keeps the gain where quantising takes most of it', () => {
    expect(describeTraining({ ...training, divergenceMerged: 0.75 })).toMatch(
      /Quantising takes most of the gain: --heal-type Q8_0, or --adapter FILE of lora, keeps it\.$/,
    );
  });

  it('names it where training went on from rounded matrices, and they never came near to what floats had', () => {
    const floats = { step: 46, seconds: 450, divergence: 0.5, trainedDivergence: 0.5, rounded: false };
    const course = [floats, { ...floats, step: 92, divergence: 0.68, rounded: true }];
    const said = describeTraining({ ...training, course, divergenceTrained: 0.68, divergenceMerged: 0.68 });
    expect(said).toContain('Quantising takes most of the gain');
  });

  it('says whose figures the others are where the adapter is a file of its own', () => {
    expect(describeTraining({ ...training, divergenceMerged: null })).toMatch(
      /figures of the written model are of the model without it\.$/,
    );
  });

  it('says how a stopped one goes on, and what ended others early', () => {
    expect(describeTraining({ ...training, ended: 'stopped' })).toContain(
      'the same command, with --overwrite, goes on with it',
    );
    expect(describeTraining({ ...training, ended: 'no more gain' })).toContain('saw no more gain');
    expect(describeTraining({ ...training, ended: 'diverged' })).toContain('smaller --train-rate');
  });

  it('says so where nothing was gained', () => {
    const nothing = {
      ...training,
      bestStep: 0,
      divergenceTrained: 0.8,
      divergenceMerged: 0.803,
      kept: false,
    };
    expect(describeTraining(nothing)).toMatch(/No step brought held-out windows nearer to the original\.$/);
    const floats = { step: 46, seconds: 450, divergence: 0.7, trainedDivergence: 0.7, rounded: false };
    const lost = { ...nothing, bestStep: 92, divergenceTrained: 0.81, course: [floats] };
    expect(describeTraining(lost)).toMatch(/nearer to the original\. Quantising takes most of the gain:/);
  });
});
