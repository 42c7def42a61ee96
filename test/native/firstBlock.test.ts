import { openModel, type Model } from '../../dist/index.js';
import { sampleModelPath } from '../../scripts/sample-models.mjs';
import { takeWindow } from '../fixtures/textWindow.js';

describe.each(['smollm2', 'gemma3'] as const)('A pass over %s that begins above the first block', (name) => {
  let model: Model;
  let tokens: Int32Array;
  beforeAll(async () => {
    model = await openModel(sampleModelPath(name), { gpu: 'off', contextTokens: 96 });
    tokens = await takeWindow(model, 96);
  });
  afterAll(async () => {
    await model.close();
  });

  it.each([
    ['at the first dropped block', [], [9], 9],
    ['below it', [], [9], 4],
    ['at a block in the middle, with none dropped', [], [], 8],
    ['at the last block', [], [], 17],
    ['beside blocks that were dropped before', [2, 3], [2, 3, 11], 11],
    ['where a block that was dropped before is kept', [2, 9], [2], 9],
    ['at a run of dropped blocks', [5], [5, 6, 7, 12], 6],
  ])('%s has the losses of a whole one, to the last bit', async (_, kept, bypass, firstBlock) => {
    const whole = await model.runWindow({ tokens, losses: true, bypass });
    await model.runWindow({ tokens, losses: true, bypass: kept, keepInputs: true });
    const part = await model.runWindow({ tokens, losses: true, bypass, firstBlock });
    expect(part).toEqual(whole);
  });

  it('may itself keep inputs, beside those below that stay', async () => {
    await model.runWindow({ tokens, losses: true, keepInputs: true });
    await model.runWindow({ tokens, losses: true, bypass: [10], firstBlock: 10, keepInputs: true });
    for (const bypass of [[10, 13], [4]]) {
      const firstBlock = bypass[0] === 4 ? 4 : 13;
      const part = await model.runWindow({ tokens, losses: true, bypass, firstBlock });
      expect(part).toEqual(await model.runWindow({ tokens, losses: true, bypass }));
    }
  });

  it('finds the inputs of several windows, each in its slot', async () => {
    const other = tokens.slice(0, 60);
    await model.runWindow({ tokens, losses: true, keepInputs: true, slot: 0 });
    await model.runWindow({ tokens: other, losses: true, keepInputs: true, slot: 7 });
    for (const [slot, window] of [
      [0, tokens],
      [7, other],
    ] as const) {
      const part = await model.runWindow({ tokens: window, losses: true, bypass: [6], firstBlock: 6, slot });
      expect(part).toEqual(await model.runWindow({ tokens: window, losses: true, bypass: [6] }));
    }
  });

  it('is refused without the inputs of just this window, with the same blocks dropped below', async () => {
    await model.runWindow({ tokens, losses: true, bypass: [2], keepInputs: true });
    const begin = (request: object) =>
      model.runWindow({ tokens, losses: true, bypass: [2], firstBlock: 6, ...request });
    const refusal = { code: 'NATIVE_FAILED', message: expect.stringContaining('below block 6') as string };
    await expect(begin({ bypass: [3] })).rejects.toMatchObject(refusal);
    await expect(begin({ bypass: [] })).rejects.toMatchObject(refusal);
    await expect(begin({ tokens: tokens.slice(1) })).rejects.toMatchObject(refusal);
    await expect(begin({ slot: 3 })).rejects.toMatchObject(refusal);
    await expect(begin({ firstBlock: model.facts.blocks })).rejects.toMatchObject({
      message: expect.stringContaining(`no block ${model.facts.blocks}`) as string,
    });
    await expect(begin({ gram: true })).rejects.toMatchObject({ code: 'NATIVE_FAILED' });
    await expect(begin({})).resolves.toBeDefined();
  });
});

describe('A window that runs in pieces', () => {
  it('begins above the first block in each of them', async () => {
    // of so large a vocabulary a graph takes few tokens
    await using model = await openModel(sampleModelPath('gemma3'), { gpu: 'off', contextTokens: 300 });
    const tokens = await takeWindow(model, 300);
    await model.runWindow({ tokens, losses: true, keepInputs: true });
    const part = await model.runWindow({ tokens, losses: true, bypass: [8], firstBlock: 8 });
    expect(part).toEqual(await model.runWindow({ tokens, losses: true, bypass: [8] }));
  });
});

describe('A reference of the most likely tokens', () => {
  it('gives the divergence over all tokens when it has all of them, and never more with fewer', async () => {
    await using model = await openModel(sampleModelPath('smollm2'), { gpu: 'off', contextTokens: 48 });
    const tokens = await takeWindow(model, 48);
    const run = async (count: number) => {
      const { top } = await model.runWindow({
        tokens,
        losses: true,
        topTokens: count,
        distribution: 'keep',
      });
      expect(top?.tokens).toHaveLength(47 * count);
      const { divergences } = await model.runWindow({ tokens, losses: true, bypass: [9], reference: top });
      return [...divergences];
    };
    const whole = await run(model.facts.vocabulary);
    const { divergences } = await model.runWindow({
      tokens,
      losses: true,
      bypass: [9],
      distribution: 'compare',
    });
    // the other one leaves out what is less likely than e^-16, as llama-perplexity does
    whole.forEach((value, i) => {
      expect(value).toBeCloseTo(divergences[i] ?? NaN, 1);
    });
    const few = await run(64);
    few.forEach((value, i) => {
      expect(value).toBeLessThanOrEqual((whole[i] ?? NaN) + 1e-4);
      expect(value).toBeGreaterThan(-1e-6);
    });
  });

  it('is refused when it is of other tokens', async () => {
    await using model = await openModel(sampleModelPath('smollm2'), { gpu: 'off', contextTokens: 48 });
    const tokens = await takeWindow(model, 48);
    const { top } = await model.runWindow({ tokens, losses: true, topTokens: 8 });
    const compare = model.runWindow({ tokens: tokens.slice(0, 40), losses: true, reference: top });
    await expect(compare).rejects.toMatchObject({ message: expect.stringContaining('reference') as string });
  });
});
