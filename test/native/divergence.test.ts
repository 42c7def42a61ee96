import { join } from 'node:path';
import { compareModels, openModel, writePruned, type Model } from '../../dist/index.js';
import { sampleModelPath } from '../../scripts/sample-models.mjs';
import { makeFolder } from '../fixtures/makeFolder.js';
import { takeWindow } from '../fixtures/textWindow.js';
import { openTiny, tinyTokens } from '../fixtures/openTiny.js';

describe.each(['smollm2', 'gemma3'] as const)('The divergence of %s', (name) => {
  let model: Model;
  let window: Int32Array;
  beforeAll(async () => {
    model = await openModel(sampleModelPath(name), { gpu: 'off', contextTokens: 96 });
    window = await takeWindow(model, 96);
  });
  afterAll(async () => {
    await model.close();
  });

  it('from itself is nothing', async () => {
    const { before, after, divergence } = await compareModels({ model }, { model }, [window]);
    expect(after).toEqual(before);
    expect(Math.abs(divergence.mean)).toBeLessThan(1e-6);
    expect(divergence).toMatchObject({ sameTop: 1, logRatio: 0 });
  });

  it('with blocks bypassed is that of the written file, loaded beside it', async () => {
    const dropped = [9, 13];
    const bypassed = await compareModels({ model }, { model, bypass: dropped }, [window]);
    const target = join(makeFolder(), 'pruned.gguf');
    await writePruned(model, dropped, target);
    await using written = await openModel(target, { beside: model, contextTokens: 96 });
    expect(written.pid).toBe(model.pid);
    expect(await compareModels({ model }, { model: written }, [window])).toEqual(bypassed);
    expect(bypassed.divergence.mean).toBeGreaterThan(0.01);
  });

  it.each([[[0]], [[13, 14]], [name === 'smollm2' ? [28, 29] : [16, 17]]])(
    'without blocks %j is the same when the first half of the window is not scored',
    async (bypass) => {
      const firstScored = 49;
      const all = await model.runWindow({ tokens: window, losses: true, bypass });
      const half = await model.runWindow({ tokens: window, losses: true, bypass, firstScored });
      expect(half.losses).toHaveLength(96 - firstScored);
      // rows that are cut out of a product may be summed in another order
      half.losses.forEach((loss, i) => {
        expect(loss).toBeCloseTo(all.losses[i + firstScored - 1] ?? NaN, 3);
      });
    },
  );
});

describe('A comparison of distributions', () => {
  it('is the sum over the vocabulary of p (log p − log q)', async () => {
    await using model = await openTiny();
    const vocabulary = model.facts.vocabulary;
    const tokens = tinyTokens.slice(0, 3);
    /** Log-probabilities of the whole vocabulary after the second token. */
    const listAll = async (bypass: readonly number[]) => {
      const all: number[] = [];
      for (let token = 0; token < vocabulary; token++) {
        const window = Int32Array.of(tokens[0] ?? 0, tokens[1] ?? 0, token);
        const { losses } = await model.runWindow({ tokens: window, losses: true, firstScored: 2, bypass });
        all.push(-(losses[0] ?? NaN));
      }
      return all;
    };
    const p = await listAll([]);
    const q = await listAll([1]);
    const wanted = p.reduce((sum, value, i) => sum + Math.exp(value) * (value - (q[i] ?? NaN)), 0);

    const request = { tokens, losses: true, firstScored: 2 } as const;
    await model.runWindow({ ...request, distribution: 'keep' });
    const { divergences } = await model.runWindow({ ...request, distribution: 'compare', bypass: [1] });
    expect(divergences[0]).toBeCloseTo(wanted, 4);
    expect(wanted).toBeGreaterThan(0);
  });

  it('is made with the window whose distributions are in the same slot, however many others were kept', async () => {
    await using model = await openTiny();
    const windows = [tinyTokens, tinyTokens.toReversed()];
    const request = { losses: true, bypass: [1], distribution: 'compare' } as const;
    const alone: Float32Array[] = [];
    for (const tokens of windows) {
      await model.runWindow({ tokens, losses: true, distribution: 'keep' });
      alone.push((await model.runWindow({ tokens, ...request })).divergences);
    }
    for (const [slot, tokens] of windows.entries()) {
      await model.runWindow({ tokens, losses: true, distribution: 'keep', slot });
    }
    for (const [slot, tokens] of windows.entries()) {
      expect((await model.runWindow({ tokens, ...request, slot })).divergences).toEqual(alone[slot]);
    }
    await expect(model.runWindow({ tokens: tinyTokens, ...request, slot: 2 })).rejects.toThrow(/were kept/);
  });

  it('is refused where none of as many tokens were kept', async () => {
    await using model = await openTiny();
    await model.runWindow({ tokens: tinyTokens, losses: true, distribution: 'keep' });
    await expect(
      model.runWindow({ tokens: tinyTokens.slice(1), losses: true, distribution: 'compare' }),
    ).rejects.toThrow(/no distributions of as many tokens/);
  });
});
