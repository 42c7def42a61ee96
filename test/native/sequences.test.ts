import { join } from 'node:path';
import { openModel, type Model } from '../../dist/index.js';
import { sampleModelPath } from '../../scripts/sample-models.mjs';
import { takeWindow } from '../fixtures/textWindow.js';

const fixture = (name: string) => join(import.meta.dirname, '..', 'fixtures', 'models', `${name}-tiny.gguf`);
const numbers = (length: number, begin = 0) => Int32Array.from({ length }, (_, i) => begin + i);
const none = new Int32Array();

const models = [
  { title: 'SmolLM2', path: sampleModelPath('smollm2') },
  { title: 'Gemma 3, with a sliding window', path: sampleModelPath('gemma3') },
  { title: 'a trained Mamba', path: fixture('mamba') },
  { title: 'a trained RWKV-7', path: fixture('rwkv7') },
];

describe.each(models)('Sequences of $title', ({ path }) => {
  let model: Model;
  let tokens: Int32Array;
  /** Loss of each token but the first of the window. */
  let losses: Float32Array;
  beforeAll(async () => {
    model = await openModel(path, { gpu: 'off', threads: 1, contextTokens: 256, sequences: 4 });
    tokens = await takeWindow(model, 48);
    ({ losses } = await model.runWindow({ tokens, losses: true }));
  });
  afterAll(async () => {
    await model.close();
  });

  const expectClose = (found: Float32Array, wanted: Float32Array) => {
    expect(found).toHaveLength(wanted.length);
    // batches of other shapes round differently
    found.forEach((value, i) => {
      expect(Math.abs(value + (wanted[i] ?? NaN))).toBeLessThan(0.05);
    });
  };

  it('give each token the probability that a window gives it', async () => {
    const found = await model.runSequences({
      clear: true,
      copies: none,
      tokens,
      positions: numbers(48),
      sequences: new Int32Array(48),
      rows: numbers(47),
      targets: tokens.slice(1),
    });
    expectClose(found, losses);
  });

  it('go on from a beginning that was run once, side by side and without seeing each other', async () => {
    const stem = 32;
    await model.runSequences({
      clear: true,
      copies: none,
      tokens: tokens.slice(0, stem),
      positions: numbers(stem),
      sequences: new Int32Array(stem),
      rows: none,
      targets: none,
    });
    // sequence 1 goes on with other tokens, 0 and 2 with those of the window
    const ending = tokens.slice(stem);
    const other = Int32Array.from(ending).reverse();
    const found = await model.runSequences({
      clear: false,
      copies: Int32Array.of(0, 1, 0, 2),
      tokens: Int32Array.from([...ending, ...other, ...ending]),
      positions: Int32Array.from([...numbers(16, stem), ...numbers(16, stem), ...numbers(16, stem)]),
      sequences: Int32Array.from({ length: 48 }, (_, i) => Math.floor(i / 16)),
      rows: Int32Array.from([...numbers(15), ...numbers(15, 32)]),
      targets: Int32Array.from([...ending.slice(1), ...ending.slice(1)]),
    });
    expectClose(found.slice(0, 15), losses.slice(stem));
    expectClose(found.slice(15), losses.slice(stem));
  });

  it('tell of several tokens after the same place, whose probabilities are shares of one', async () => {
    const vocabulary = model.facts.vocabulary;
    const found = await model.runSequences({
      clear: true,
      copies: none,
      tokens,
      positions: numbers(48),
      sequences: new Int32Array(48),
      rows: new Int32Array(vocabulary).fill(47),
      targets: numbers(vocabulary),
    });
    expect(found.reduce((sum, value) => sum + Math.exp(value), 0)).toBeCloseTo(1, 3);
  });

  it('are forgotten when another one is to begin empty in their place', async () => {
    const run = (copies: Int32Array) =>
      model.runSequences({
        clear: false,
        copies,
        tokens,
        positions: numbers(48),
        sequences: new Int32Array(48).fill(3),
        rows: numbers(47),
        targets: tokens.slice(1),
      });
    await run(Int32Array.of(-1, 3));
    expectClose(await run(Int32Array.of(-1, 3)), losses);
  });
});
