import { openModel, type Model } from '../../dist/index.js';
import { sampleModelPath } from '../../scripts/sample-models.mjs';
import { largestDifference } from '../fixtures/largestDifference.js';
import { takeWindow } from '../fixtures/textWindow.js';

type Window = Awaited<ReturnType<Model['runWindow']>>;

describe('A window of 1,024 tokens, which takes more than one graph,', () => {
  const states = 31;
  let long: Window;
  let short: Window;
  let other: Window;
  beforeAll(async () => {
    await using model = await openModel(sampleModelPath('smollm2'), { gpu: 'off', contextTokens: 1024 });
    const tokens = await takeWindow(model, 1024);
    long = await model.runWindow({ tokens, gram: true, losses: true });
    short = await model.runWindow({ tokens: tokens.slice(0, 512), gram: true, losses: true });
    other = await model.runWindow({ tokens: tokens.slice(512), gram: true, losses: true });
  });

  it('begins with the losses of its first 512 tokens alone', () => {
    expect(long.losses).toHaveLength(1023);
    expect(short.losses).toHaveLength(511);
    expect(largestDifference(long.losses.slice(0, 511), short.losses)).toBeLessThan(1e-3);
  });

  it('reads its second half in the light of the first', () => {
    const mean = (losses: Float32Array) => losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
    expect(mean(long.losses.slice(512))).toBeLessThan(mean(other.losses) - 0.05);
  });

  it('has a Gram matrix for each token', () => {
    expect(long.gram).toHaveLength(1024 * states * states);
    expect(largestDifference(long.gram.slice(0, short.gram.length), short.gram)).toBeLessThan(1e-3);
    const norms = long.gram.filter((_, i) => (i % (states * states)) % (states + 1) === 0);
    expect(norms).toHaveLength(1024 * states);
    expect(norms.every((norm) => norm > 0 && Number.isFinite(norm))).toBe(true);
  });
});
