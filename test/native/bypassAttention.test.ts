import { join } from 'node:path';
import { measureInStock } from '../../dist/evaluate/index.js';
import { openModel, writePruned, type Model } from '../../dist/index.js';
import { sampleModelPath } from '../../scripts/sample-models.mjs';
import { largestDifference } from '../fixtures/largestDifference.js';
import { makeFolder } from '../fixtures/makeFolder.js';
import { takeWindow } from '../fixtures/textWindow.js';

const allBut = (kept: number) =>
  Array.from({ length: 30 }, (_, block) => block).filter((block) => block !== kept);

describe('SmolLM2 with the attention of blocks bypassed', () => {
  let source: Model;
  let tokens: Int32Array;
  beforeAll(async () => {
    source = await openModel(sampleModelPath('smollm2'), { gpu: 'off', contextTokens: 96 });
    tokens = await takeWindow(source, 96);
  });
  afterAll(async () => {
    await source.close();
  });

  it.each<readonly [string, readonly number[], readonly number[]]>([
    ['a block in the middle', [], [14]],
    ['the last block, which cuts the rows', [], [29]],
    ['scattered blocks', [], [1, 9, 17, 25]],
    ['all blocks but the first', [], allBut(0)],
    ['blocks beside those that are gone', [10, 11], [9, 12, 13]],
    ['the last block that is left', [29], [28]],
    ['the last block after one that is gone', [28], [29]],
    ['others than the one that comes first in place of the first', [0], [2]],
  ])(
    'has the losses of the written file without that of %s, to the last bit',
    async (_, drop, dropAttention) => {
      const target = join(makeFolder(), 'pruned.gguf');
      await writePruned(source, { drop, dropAttention }, target);
      await using pruned = await openModel(target, { gpu: 'off', contextTokens: 96 });
      const written = await pruned.runWindow({ tokens, losses: true, gram: drop.length === 0 });
      const bypassed = await source.runWindow({
        tokens,
        losses: true,
        gram: drop.length === 0,
        bypass: drop,
        bypassAttention: dropAttention,
      });
      expect(pruned.description.architecture).toBe('deci');
      expect(pruned.facts.blocks).toBe(30 - drop.length);
      expect(written).toEqual(bypassed);
    },
  );

  it('has the losses of the written file in stock llama.cpp', async () => {
    const target = join(makeFolder(), 'pruned.gguf');
    const dropAttention = [13, 14, 25, 26];
    await writePruned(source, { drop: [], dropAttention }, target);
    const window = tokens.slice(0, 32);
    const { losses } = await source.runWindow({
      tokens: window,
      losses: true,
      bypassAttention: dropAttention,
    });
    const places = [1, 5, 17, 31];
    const found = await measureInStock(target, window, places);
    expect(
      largestDifference(
        found,
        places.map((place) => losses[place - 1] ?? NaN),
      ),
    ).toBeLessThan(0.05);
  });

  it('can be pruned again as the file that it became', async () => {
    const [first, second] = [join(makeFolder(), 'first.gguf'), join(makeFolder(), 'second.gguf')];
    await writePruned(source, { drop: [], dropAttention: [13, 25] }, first);
    await using once = await openModel(first, { gpu: 'off', contextTokens: 96 });
    await writePruned(once, { drop: [14], dropAttention: [26] }, second);
    await using twice = await openModel(second, { gpu: 'off', contextTokens: 96 });
    const expected = await source.runWindow({
      tokens,
      losses: true,
      bypass: [14],
      bypassAttention: [13, 25, 26],
    });
    expect(await once.runWindow({ tokens, losses: true, bypass: [14], bypassAttention: [26] })).toEqual(
      expected,
    );
    expect(await twice.runWindow({ tokens, losses: true })).toEqual(expected);
    await expect(once.runWindow({ tokens, losses: true, bypassAttention: [13] })).rejects.toMatchObject({
      message: expect.stringContaining('no attention of block 13') as string,
    });
  });

  it.each<
    readonly [string, readonly number[], readonly number[], readonly number[], readonly number[], number]
  >([
    ['at the first block without', [], [], [], [9], 9],
    ['below it', [], [], [], [9], 4],
    ['beside attention that was left out before', [], [3], [], [3, 11], 11],
    ['beside blocks that were left out before', [2], [], [2], [11], 11],
    ['above attention, at a whole block', [], [5], [8], [5], 8],
    ['at the last block', [], [7], [], [7, 29], 29],
  ])(
    'begins %s with the losses of a whole pass, to the last bit',
    async (_, keptBypass, kept, bypass, bypassAttention, firstBlock) => {
      const whole = await source.runWindow({ tokens, losses: true, bypass, bypassAttention });
      await source.runWindow({
        tokens,
        losses: true,
        bypass: keptBypass,
        bypassAttention: kept,
        keepInputs: true,
      });
      const part = await source.runWindow({ tokens, losses: true, bypass, bypassAttention, firstBlock });
      expect(part).toEqual(whole);
    },
  );

  it('does not begin with inputs that were kept with another attention left out below', async () => {
    await source.runWindow({ tokens, losses: true, bypassAttention: [2], keepInputs: true });
    const begin = (bypassAttention: readonly number[]) =>
      source.runWindow({ tokens, losses: true, bypassAttention, firstBlock: 6 });
    const refusal = { code: 'NATIVE_FAILED', message: expect.stringContaining('below block 6') as string };
    await expect(begin([3])).rejects.toMatchObject(refusal);
    await expect(begin([])).rejects.toMatchObject(refusal);
    await expect(begin([2, 7])).resolves.toBeDefined();
  });

  it('gives the same numbers whatever was asked before', async () => {
    const requests = [
      { bypassAttention: [5] },
      { bypassAttention: [6] },
      { bypassAttention: [5], keepInputs: true },
      { bypassAttention: [6], keepInputs: true },
      { bypass: [5], bypassAttention: [6] },
      { bypass: [6], bypassAttention: [5] },
      {},
    ];
    const ask = async (order: readonly (typeof requests)[number][]) => {
      const losses = new Map<object, Float32Array>();
      for (const request of order) {
        losses.set(request, (await source.runWindow({ tokens, losses: true, ...request })).losses);
      }
      return requests.map((request) => losses.get(request));
    };
    const first = await ask(requests);
    expect(await ask(requests.toReversed())).toEqual(first);
    expect(new Set(first.map((losses) => losses?.join(' '))).size).toBe(5);
  });

  it('is timed without it', async () => {
    const timed = { prompt: tokens.slice(0, 32), generate: 2 };
    const { promptSeconds } = await source.measureSpeed({ ...timed, bypassAttention: allBut(0), bypass: [] });
    expect(promptSeconds).toBeGreaterThan(0);
  });
});
