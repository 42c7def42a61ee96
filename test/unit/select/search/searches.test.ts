import fc from 'fast-check';
import { countRound } from '../../../../src/select/search/exchange.js';
import { countGrowth } from '../../../../src/select/search/grow.js';
import { halve, searches, searchNames, type Search, type UnitSet } from '../../../../src/select/index.js';
import { allowAll, makeJudge } from './fakeJudge.js';

/** Damage without any order, the same for the same set and window. */
function scramble(seed: number) {
  return (set: UnitSet, window: number) => {
    let hash = seed + 31 * window;
    for (const unit of set) hash = Math.imul(hash ^ (unit + 1), 0x9e3779b1) ^ (hash >>> 13);
    return set.length === 0 ? 0 : (hash >>> 0) / 2 ** 32;
  };
}

/** Runs a search to a number of units as a run does, and counts the windows that it measures. */
async function run(search: Search, units: number, count: number, windows: number, seed: number) {
  const judge = makeJudge(scramble(seed), windows);
  const spread = (shift: number, size: number) =>
    Array.from({ length: size }, (_, i) => (i + shift) % units).sort((a, b) => a - b);
  const propose = (size: number) => [1, 3, 6, 10].map((shift) => spread(shift, size));
  const problem = { ...allowAll(units, count), propose, mayDrop: (set: UnitSet) => set.length <= count };
  let found: { dropped: UnitSet; damage: number } | undefined;
  for await (const step of search.find(judge, problem, { seed, start: spread(2, count) })) {
    found = step;
    if (step.dropped.length >= count) break;
  }
  if (found === undefined) throw new RangeError('nothing was found');
  const mended = (await search.mend?.(judge, problem, found)) ?? found;
  judge.asked.delete('');
  return { found, mended, measured: [...judge.asked.values()].reduce((sum, each) => sum + each, 0) };
}

const sizes = fc.integer({ min: 2, max: 40 }).chain((units) =>
  fc.record({
    units: fc.constant(units),
    count: fc.integer({ min: 1, max: Math.max(1, Math.floor(units / 2)) }),
    windows: fc.integer({ min: 1, max: 24 }),
    seed: fc.nat(1000),
  }),
);

describe('What a search is expected to measure', () => {
  it.each(searchNames)('is no less than it does at the worst (%s)', async (name) => {
    const search: Search = searches[name];
    await fc.assert(
      fc.asyncProperty(sizes, async ({ units, count, windows, seed }) => {
        const { measured } = await run(search, units, count, windows, seed);
        expect(measured).toBeLessThanOrEqual(search.countMeasured(units, count, windows));
      }),
      { numRuns: 30 },
    );
  });

  it('is what a greedy search measures, which tries all blocks on all windows', async () => {
    const { measured } = await run(searches.greedy, 10, 3, 4, 1);
    expect(measured).toBe(searches.greedy.countMeasured(10, 3, 4));
    expect(measured).toBe(4 * (10 + 9 + 8));
  });

  it('is within a third of a greedy search for auto, and half a round of mending', () => {
    fc.assert(
      fc.property(sizes, ({ units, count, windows }) => {
        const expected = searches.auto.countMeasured(units, count, windows);
        const third = searches.greedy.countMeasured(units, count, windows) / 3;
        const tried = 2 * Math.max(4, Math.ceil(units / 5));
        const mending = { coming: tried, tried, rungs: halve(1) };
        const growth = { width: 2, tried: tried / 2, rungs: halve(2) };
        const grown = countGrowth(growth, units, count, windows, 4);
        const round = countRound(mending, units, count, windows);
        expect(expected).toBeLessThanOrEqual(Math.max(grown, third + round / 2));
      }),
    );
  });
});

describe('The evolutionary search', () => {
  it('ends with a set that no exchange makes better, as auto does', async () => {
    const problem = allowAll(9, 3);
    const judge = makeJudge((set) => set.reduce((sum, block) => sum + Math.abs(block - 4), 0));
    const step = { dropped: [2, 4, 8], damage: 6 };
    expect(await searches.evolutionary.mend(judge, problem, step)).toEqual({ dropped: [3, 4, 5], damage: 2 });
  });
});
