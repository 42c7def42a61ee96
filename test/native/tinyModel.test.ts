import type { Model } from '../../dist/index.js';
import { openTiny, tinyTokens } from '../fixtures/openTiny.js';

describe('A tiny llama', () => {
  it.each([1, 2, 7])('of %i blocks has one state more than blocks', async (blocks) => {
    await using model = await openTiny({ blocks });
    const { gram, losses, predictions } = await model.runWindow({ tokens: tinyTokens, gram: true });
    expect(model.facts).toMatchObject({ blocks, embedding: 64, vocabulary: 312, bos: 1, addBos: true });
    expect(gram).toHaveLength(tinyTokens.length * (blocks + 1) ** 2);
    expect([...losses, ...predictions]).toEqual([]);
  });

  it('has states of a positive, finite length, no two of them alike', async () => {
    await using model = await openTiny();
    const { gram } = await model.runWindow({ tokens: tinyTokens, gram: true });
    const norms = gram.filter((_, i) => (i % 25) % 6 === 0);
    expect(norms.every((norm) => norm > 0 && Number.isFinite(norm))).toBe(true);
    expect(new Set(norms).size).toBe(5 * tinyTokens.length);
  });

  it('predicts the tokens that it gives the least loss', async () => {
    await using model = await openTiny();
    const { losses, predictions } = await model.runWindow({ tokens: tinyTokens, losses: true });
    expect([losses.length, predictions.length]).toEqual([tinyTokens.length - 1, tinyTokens.length - 1]);
    const better = tinyTokens.slice();
    better.set(predictions.slice(-1), tinyTokens.length - 1);
    const { losses: best } = await model.runWindow({ tokens: better, losses: true });
    expect(best.slice(0, -1)).toEqual(losses.slice(0, -1));
    expect(best.at(-1)).toBeLessThan(losses.at(-1)!);
  });

  it('runs with all of its blocks bypassed, and then has the one state', async () => {
    await using model = await openTiny();
    const run = { tokens: tinyTokens, gram: true, losses: true };
    const { gram, losses } = await model.runWindow({ ...run, bypass: [0, 1, 2, 3] });
    expect(new Set(gram).size).toBe(tinyTokens.length);
    expect(losses.every((loss) => Number.isFinite(loss))).toBe(true);
  });

  it('uses its embedding for the output where it has no matrix for that', async () => {
    await using tied = await openTiny({ tied: true });
    await using untied = await openTiny();
    const run = { tokens: tinyTokens, gram: true, losses: true };
    const [one, other] = [await tied.runWindow(run), await untied.runWindow(run)];
    expect(one.gram).toEqual(other.gram);
    expect(one.losses).not.toEqual(other.losses);
    expect(one.losses.every((loss) => Number.isFinite(loss))).toBe(true);
  });

  it('tokenises text, what it has no piece for byte by byte', async () => {
    await using model = await openTiny();
    const tokens = await model.tokenize('abc €');
    expect(tokens.length).toBeGreaterThan(4);
    expect([...tokens.slice(-3)]).toEqual([0xe2 + 3, 0x82 + 3, 0xac + 3]);
    expect(await model.tokenize('')).toHaveLength(0);
  });
});

describe('A tiny llama, asked for what cannot be,', () => {
  let model: Model;
  beforeAll(async () => {
    model = await openTiny();
  });
  afterAll(async () => {
    await model.close();
  });

  it.each<readonly [string, () => Promise<unknown>, RegExp]>([
    ['a token after the last', () => run([1, 312]), /token 312 .* vocabulary of 312/],
    ['a negative token', () => run([1, -1]), /token -1 .* vocabulary/],
    ['a window without tokens', () => run([]), /0 tokens/],
    ['a window longer than its context', () => run(Array(65).fill(3)), /65 tokens .* context of 64/],
    ['to leave out a block after the last', () => run([1, 2], [1, 4]), /block 4/],
    ['to leave out a negative block', () => run([1, 2], [-1]), /block -1/],
    [
      'to be timed beyond its context',
      () => model.measureSpeed({ prompt: tinyTokens, generate: 60 }),
      /context of 64/,
    ],
    [
      'to be timed on nothing',
      () => model.measureSpeed({ prompt: new Int32Array(), generate: 4 }),
      /0 tokens/,
    ],
  ])('refuses %s and goes on working', async (_, ask, message) => {
    const before = await model.runWindow({ tokens: tinyTokens, gram: true, losses: true });
    await expect(ask()).rejects.toMatchObject({
      name: 'PruneError',
      code: 'NATIVE_FAILED',
      message: expect.stringMatching(message) as string,
    });
    expect(await model.runWindow({ tokens: tinyTokens, gram: true, losses: true })).toEqual(before);
  });

  function run(tokens: readonly number[], bypass: readonly number[] = []) {
    return model.runWindow({ tokens: Int32Array.from(tokens), losses: true, bypass });
  }
});
