import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { measureLoss, openModel, scoreBlocks, type Model } from '../../dist/index.js';

// Made by scripts/train-fixtures: tiny, but trained, so that their blocks matter as those of large models do.
const folder = join(import.meta.dirname, '..', 'fixtures', 'models');
const windowTokens = 256;

const models = [
  { name: 'mamba', first: 0 },
  // All later blocks need the values of block 0.
  { name: 'rwkv7', first: 1 },
];

async function cutWindows(model: Model, text: string, count: number): Promise<Int32Array[]> {
  const tokens = await model.tokenize(text);
  return Array.from({ length: count }, (_, i) =>
    Int32Array.from(tokens.slice(i * windowTokens, (i + 1) * windowTokens)),
  );
}

describe.each(models)('a trained $name', ({ name, first }) => {
  let model: Model;
  let windows: readonly Int32Array[];
  /** Of the blocks that can be dropped, from block `first` on. */
  let influence: readonly number[];
  beforeAll(async () => {
    model = await openModel(join(folder, `${name}-tiny.gguf`), {
      gpu: 'off',
      threads: 1,
      contextTokens: windowTokens,
    });
    const text = join(folder, 'held-out.txt');
    windows = await cutWindows(model, readFileSync(text, 'utf8'), 8);
    const { blockInfluence } = await scoreBlocks(model, { calibration: text, windows: 8, windowTokens });
    influence = blockInfluence.slice(first);
  });
  afterAll(async () => {
    await model.close();
  });

  it('has learned: its loss is less than half of what the frequencies of the bytes alone allow', async () => {
    const { loss } = await measureLoss(model, windows);
    expect(loss).toBeLessThan(unigramLoss(windows) / 2);
  });

  it('has a Block Influence that is far from uniform', () => {
    expect(Math.max(...influence) / Math.min(...influence)).toBeGreaterThan(3);
  });

  it('is hurt less without the block of the lowest Block Influence than without that of the highest', async () => {
    const lossWithout = async (wanted: number) => {
      const { loss } = await measureLoss(model, windows, { bypass: [first + influence.indexOf(wanted)] });
      return loss;
    };
    const { loss } = await measureLoss(model, windows);
    const withoutLowest = (await lossWithout(Math.min(...influence))) - loss;
    const withoutHighest = (await lossWithout(Math.max(...influence))) - loss;
    expect(withoutLowest).toBeLessThan(withoutHighest / 2);
  });
});

/** Nats a token of a model that knows how often each token is in the windows, and nothing else. */
function unigramLoss(windows: readonly Int32Array[]): number {
  const counts = new Map<number, number>();
  for (const token of windows.flatMap((window) => [...window]))
    counts.set(token, (counts.get(token) ?? 0) + 1);
  const total = windows.length * windowTokens;
  return [...counts.values()].reduce((sum, count) => sum - (count / total) * Math.log(count / total), 0);
}
