import { createCostMeter } from '../../../../src/run/search/heldOutCosts.js';
import type { WindowDamage } from '../../../../src/run/search/damages.js';
import type { Model, RunRequest } from '../../../../src/native/index.js';
import { openJournal } from '../../../../src/run/journal.js';
import { dropBlocks } from '../../../fixtures/dropBlocks.js';
import { makeFolder } from '../../../fixtures/makeFolder.js';

const windows = [0, 1, 2].map((window) => Int32Array.of(window, window, window));

/** A model that loses a nat for each block without which it is run, and remembers what it was asked. */
function makeModel(change: (loss: number, request: RunRequest) => number = (loss) => loss) {
  const asked: RunRequest[] = [];
  const kept = new Map<number, number>();
  const runWindow = (request: RunRequest) => {
    asked.push(request);
    const { bypass = [], tokens, slot = 0 } = request;
    const window = tokens[0] ?? NaN;
    if (request.distribution === 'keep') kept.set(slot, window);
    // compared with another window's distributions nothing would be right
    const divergence = kept.get(slot) === window ? 0.5 * bypass.length : NaN;
    const loss = change(1 + window + bypass.length, request);
    return Promise.resolve({
      losses: Float32Array.of(loss, loss),
      divergences: request.distribution === 'compare' ? Float32Array.of(divergence, divergence) : [],
    });
  };
  return { model: { description: { trunk: 9 }, runWindow } as unknown as Model, asked };
}

const openIn = (folder: string) => openJournal<WindowDamage>(folder, 'cost', {});

async function makeMeter(made = makeModel(), slots = 3, folder = makeFolder()) {
  const seen: string[] = [];
  const meter = createCostMeter(made.model, windows, {
    journal: await openIn(folder),
    slots,
    onWindow: ({ dropped }, done, total) => seen.push(`${dropped.join()}: ${done}/${total}`),
  });
  const count = () => made.asked.map(({ distribution }) => distribution === 'keep');
  return { meter, seen, asked: made.asked, wholes: () => count().filter(Boolean).length };
}

describe('The costs of a drop', () => {
  it('are what perplexity grows by, and the divergence, over all windows', async () => {
    const { meter } = await makeMeter();
    const { perplexityIncrease, kl } = await meter(dropBlocks([3, 4]));
    expect(perplexityIncrease).toBeCloseTo(Math.exp(2) - 1, 6);
    expect(kl).toBeCloseTo(1, 6);
  });

  it('are measured by one run of the whole model a window, however many drops there are', async () => {
    const { meter, wholes, asked } = await makeMeter();
    for (const block of [1, 2, 3, 4]) await meter(dropBlocks([block]));
    expect([wholes(), asked.length]).toEqual([3, 3 + 4 * 3]);
  });

  it('are right where there is no room for all of its distributions, which are made again', async () => {
    for (const [slots, runs] of [
      [1, 3 * 3],
      [2, 1 + 2 * 3],
    ] as const) {
      const { meter, wholes } = await makeMeter(makeModel(), slots);
      for (const block of [1, 2, 3]) expect((await meter(dropBlocks([block]))).kl).toBeCloseTo(0.5, 6);
      expect(wholes()).toBe(runs);
    }
  });

  it('are not measured again by a run that goes on', async () => {
    const folder = makeFolder();
    const first = await makeMeter(makeModel(), 3, folder);
    const costs = await first.meter(dropBlocks([3]));
    const next = await makeMeter(makeModel(), 3, folder);
    expect(await next.meter(dropBlocks([3]))).toEqual(costs);
    expect(next.asked).toEqual([]);
    await next.meter({ dropped: [3], droppedAttention: [5] });
    expect(next.asked).toHaveLength(6);
  });

  it('are reported window by window', async () => {
    const { meter, seen } = await makeMeter();
    await meter(dropBlocks([3]));
    expect(seen).toEqual(['3: 0/3', '3: 1/3', '3: 2/3', '3: 3/3']);
  });

  it('are no numbers where no finite loss comes out, for this run alone', async () => {
    const folder = makeFolder();
    const broken = makeModel((loss, { bypass = [], tokens }) =>
      bypass.length > 0 && tokens[0] === 1 ? NaN : loss,
    );
    const { meter } = await makeMeter(broken, 3, folder);
    expect(await meter(dropBlocks([3]))).toEqual({ perplexityIncrease: NaN, kl: NaN });
    const { meter: mended } = await makeMeter(makeModel(), 3, folder);
    expect((await mended(dropBlocks([3]))).kl).toBeCloseTo(0.5, 6);
  });

  it('cannot be told of a model that loses no finite number as it is', async () => {
    const { meter } = await makeMeter(makeModel(() => Infinity));
    await expect(meter(dropBlocks([3]))).rejects.toMatchObject({ code: 'SCORE_UNDEFINED' });
  });
});
