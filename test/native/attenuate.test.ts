import { openModel, type Model } from '../../dist/index.js';
import { sampleModelPath } from '../../scripts/sample-models.mjs';
import { buildGguf, tinyLlama, writeTemp } from '../fixtures/buildGguf.js';
import { withF32 } from '../fixtures/dequantise.js';
import { tinyTokens } from '../fixtures/openTiny.js';
import { takeWindow } from '../fixtures/textWindow.js';

describe.each(['smollm2', 'gemma3'] as const)('An attenuated block of %s', (name) => {
  let model: Model;
  let tokens: Int32Array;
  beforeAll(async () => {
    model = await openModel(sampleModelPath(name), { gpu: 'off', threads: 1, contextTokens: 32 });
    tokens = await takeWindow(model, 32);
  });
  afterAll(async () => {
    await model.close();
  });
  const run = (request: object) => model.runWindow({ tokens, losses: true, ...request });

  it.each([0, 5, 17])('%i adds all of it at a factor of 1, and nothing at 0', async (block) => {
    const { losses } = await run({ attenuate: { block, factor: 1 } });
    expect(losses).toEqual((await run({})).losses);
    const none = await run({ attenuate: { block, factor: 0 } });
    expect(none.losses).toEqual((await run({ bypass: [block] })).losses);
  });

  it('gives the same losses when the blocks below are not run again', async () => {
    const last = model.facts.blocks - 1;
    for (const block of [3, 9, last]) {
      const attenuate = { block, factor: 0.6 };
      const whole = await run({ attenuate });
      await run({ keepInputs: true });
      const { losses } = await run({ attenuate, firstBlock: block });
      expect(losses).toEqual(whole.losses);
      expect(losses).not.toEqual((await run({})).losses);
    }
  });

  it('gives the same losses whatever was asked before', async () => {
    const requests = [
      { attenuate: { block: 3, factor: 0.7 } },
      { attenuate: { block: 4, factor: 0.7 } },
      { bypass: [4] },
      { attenuate: { block: 5, factor: 1.3 }, bypass: [4] },
      {},
      { attenuate: { block: 11, factor: 0.7 } },
    ];
    const ask = async (order: readonly object[]) => {
      const answers = new Map<object, Float32Array>();
      for (const request of order) answers.set(request, (await run(request)).losses);
      return requests.map((request) => answers.get(request));
    };
    const first = await ask(requests);
    expect(await ask(requests.toReversed())).toEqual(first);
    expect(new Set(first.map((losses) => losses?.join(' '))).size).toBe(requests.length);
  });

  it('leaves the stream between what came in and what it would have been', async () => {
    const [block, factor, states] = [6, 0.25, model.facts.blocks + 1];
    const whole = (await run({ losses: false, gram: true })).gram;
    const part = (await run({ losses: false, gram: true, attenuate: { block, factor } })).gram;
    const at = (i: number, j: number) => (tokens.length - 1) * states * states + i * states + j;
    const mixed = (1 - factor) * whole[at(block, block)]! + factor * whole[at(block, block + 1)]!;
    expect(part[at(block, block + 1)]! / mixed).toBeCloseTo(1, 4);
    expect(part[at(block, block)]).toBe(whole[at(block, block)]);
  });

  it('is refused where it is not run, and beside inputs that are kept', async () => {
    const refuse = (message: string) => ({
      code: 'NATIVE_FAILED',
      message: expect.stringContaining(message) as string,
    });
    const attenuate = { block: 4, factor: 0.5 };
    await run({ keepInputs: true });
    await expect(run({ attenuate, bypass: [4] })).rejects.toMatchObject(refuse('no block 4 is run'));
    await expect(run({ attenuate, firstBlock: 5 })).rejects.toMatchObject(refuse('no block 4 is run'));
    await expect(run({ attenuate: { block: 99, factor: 1 } })).rejects.toMatchObject(refuse('no block 99'));
    await expect(run({ attenuate, keepInputs: true })).rejects.toMatchObject(
      refuse('kept of a run without an attenuated block'),
    );
  });
});

describe('The slope of a loss by the share of what a block adds', () => {
  it('is found by central differences, whose error falls with the square of the step', async () => {
    const file = writeTemp(buildGguf(withF32(tinyLlama({ blocks: 4 }))));
    await using model = await openModel(file, { gpu: 'off', threads: 1, contextTokens: 64, exact: true });
    for (const block of [0, 2, 3]) {
      const measure = async (factor: number) => {
        const { losses } = await model.runWindow({
          tokens: tinyTokens,
          losses: true,
          attenuate: { block, factor },
        });
        return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
      };
      const slope = async (step: number) =>
        ((await measure(1 + step)) - (await measure(1 - step))) / (2 * step);
      const [wide, half] = [await slope(0.2), await slope(0.1)];
      // Richardson's extrapolation, from other steps than those that are held against it
      const reference = (4 * (await slope(0.03)) - (await slope(0.06))) / 3;
      expect(Math.abs(reference)).toBeGreaterThan(1e-3);
      expect(Math.abs(half - reference)).toBeLessThan(0.02 * Math.abs(reference) + 1e-4);
      expect(Math.abs((4 * half - wide) / 3 - reference)).toBeLessThan(
        0.2 * Math.abs(wide - reference) + 1e-4,
      );
    }
  });
});
