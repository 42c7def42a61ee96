import fc from 'fast-check';
import { findFewest } from '../../../../src/run/comparison/fewest.js';
import { findDominating, type Ranked } from '../../../../src/run/comparison/front.js';
import { packGroups } from '../../../../src/run/comparison/packGroups.js';

const file = (name: string, bytes: number, divergence: number): Ranked => ({ name, bytes, divergence });

describe('The Pareto front', () => {
  it('has the files that no other one beats by both size and divergence', () => {
    const files = [file('a', 100, 0.1), file('b', 90, 0.3), file('c', 90, 0.2), file('d', 80, 0.25)];
    expect(findDominating(files)).toEqual([null, 'c', null, null]);
  });

  it('names the closest to the original of those that beat a file', () => {
    const files = [file('worst', 100, 1), file('small', 50, 0.5), file('close', 99, 0.1)];
    expect(findDominating(files)).toEqual(['close', null, null]);
  });

  it('has both of two files that are alike', () => {
    expect(findDominating([file('a', 1, 1), file('b', 1, 1)])).toEqual([null, null]);
  });

  it('has at least one of any files, and none of it dominates another one of it', () => {
    const ranked = fc.record({
      bytes: fc.integer({ min: 1, max: 9 }),
      divergence: fc.integer({ min: 0, max: 9 }),
    });
    fc.assert(
      fc.property(fc.array(ranked, { minLength: 1 }), (shapes) => {
        const files = shapes.map((shape, i) => ({ name: `${i}`, ...shape }));
        const front = files.filter((_, i) => findDominating(files)[i] === null);
        expect(front.length).toBeGreaterThan(0);
        expect(findDominating(front).every((name) => name === null)).toBe(true);
      }),
    );
  });
});

describe('The fewest blocks', () => {
  /** Drops of ever more blocks, two of which cannot go, and how many were asked for. */
  function makeDrops() {
    const asked: number[] = [];
    const list = function* () {
      for (const count of [1, 3, 4, 5]) {
        asked.push(count);
        yield { dropped: Array.from({ length: count }, (_, i) => i), bytes: 100 - 10 * count };
      }
    };
    return { asked, drops: list() };
  }

  it('are those whose file is just not larger than the size, past numbers that cannot go', async () => {
    const found = await findFewest([95, 90, 85, 70, 30], makeDrops().drops);
    expect(found.map((drop) => drop?.dropped.length)).toEqual([1, 1, 3, 3, undefined]);
  });

  it('are asked for once, also for several sizes, and no more than those need', async () => {
    const { asked, drops } = makeDrops();
    const found = await findFewest([70, 70, 60], drops);
    expect(asked).toEqual([1, 3, 4]);
    expect(found[0]).toBe(found[1]);
  });
});

describe('Groups', () => {
  it('hold as much as there is room for, in order', () => {
    expect(packGroups([4, 4, 4, 9, 20, 1], 10)).toEqual([[0, 1], [2], [3], [4], [5]]);
  });

  it('are of one where there is no room at all', () => {
    expect(packGroups([1, 2, 3], 0)).toEqual([[0], [1], [2]]);
    expect(packGroups([], 0)).toEqual([]);
  });
});
