import { evolveSet } from './evolve.js';
import { exchangeBlocks } from './exchange.js';
import { growSets } from './grow.js';
import { countMeasured, type Rung } from './halve.js';
import type { UnitSet, Judge, SearchProblem, SearchStep } from './types.js';

/** What a search is given beside what it may choose from. */
export interface SearchSettings {
  readonly seed: number;
  /** A set of the weight that is wanted, to begin with; undefined when any size is. */
  readonly start: UnitSet | undefined;
}

/** A way to find the blocks that can be left out with the least damage. */
export interface Search {
  /** In one line, for `--help` and reports. */
  readonly title: string;
  readonly source: string;
  /** Whether it finds sets of every size on its way; otherwise of the size it is given alone. */
  readonly growsSizes: boolean;
  /** Whether its way depends on a seed. */
  readonly draws: boolean;
  /** The best set of each size that may be dropped, ascending; the caller ends it. */
  readonly find: (
    judge: Judge,
    problem: SearchProblem,
    settings: SearchSettings,
  ) => AsyncIterable<SearchStep>;
  /** Mends what was found, once the size is settled. */
  readonly mend?: (judge: Judge, problem: SearchProblem, step: SearchStep) => Promise<SearchStep>;
  /** About how many windows are measured, over all sets, for so many blocks of so many. */
  readonly countMeasured: (blocks: number, count: number, windows: number) => number;
}

/** All on all windows. */
const whole = (keep: number): readonly Rung[] => [{ windows: Infinity, keep }];

/** Few of many on few windows, fewer on all. */
const quick = (keep: number): readonly Rung[] => [
  { windows: 2, keep: 6 },
  { windows: 6, keep: 3 },
  { windows: Infinity, keep },
];

/** The most rounds in which a set is mended, and the exchanges tried in each. */
const mending = { tried: 16, rungs: quick(1), rounds: 3 } as const;

/** Blocks tried beside each set: a quarter of all, but not so few that the best is likely to be missed. */
const countTried = (blocks: number) => Math.max(6, Math.ceil(blocks / 4));

const evolution = {
  generations: 20,
  offspring: 16,
  rungs: [
    { windows: 1, keep: 4 },
    { windows: 4, keep: 2 },
    { windows: Infinity, keep: 1 },
  ],
} as const;

/** Greedy and beam search try all blocks beside each set, on all windows. */
function growWhole(title: string, source: string, width: number): Search {
  return {
    title,
    source,
    growsSizes: true,
    draws: false,
    find: (judge, problem) => growSets(judge, problem, { width, tried: Infinity, rungs: whole(width) }),
    countMeasured: (blocks, count, windows) =>
      windows * (blocks + width * range(count - 1).reduce((sum, size) => sum + blocks - 1 - size, 0)),
  };
}

/** All searches by the name that `--search` and the reports use. */
export const searches = {
  auto: {
    title: 'two sets of each size go on, narrowed down on more and more windows, and the last one is mended',
    source: 'docs/search.md',
    growsSizes: true,
    draws: false,
    find: (judge, problem) =>
      growSets(judge, problem, { width: 2, tried: countTried(problem.units), rungs: quick(2) }),
    mend: (judge, problem, step) => exchangeBlocks(judge, problem, step, mending),
    countMeasured(blocks, count, windows) {
      const steps = (count - 1) * countMeasured(2 * countTried(blocks), quick(2), windows);
      const round = blocks * Math.min(2, windows) + countMeasured(mending.tried, mending.rungs, windows);
      return countMeasured(blocks, quick(2), windows) + steps + 2 * round;
    },
  },
  greedy: growWhole(
    'each step takes the block that does least damage beside those taken',
    'SLEB, Song et al. 2024',
    1,
  ),
  beam: growWhole('as greedy, with the three best sets of each size', 'beam search, Lowerre 1976', 3),
  evolutionary: {
    title: 'random exchanges of blocks, the best of which go on',
    source: 'EvoPress, Sieberling et al. 2024',
    growsSizes: false,
    draws: true,
    async *find(judge, problem, { seed, start }) {
      if (start !== undefined) yield await evolveSet(judge, problem, start, { ...evolution, seed });
    },
    countMeasured: (_blocks, _count, windows) =>
      evolution.generations * countMeasured(evolution.offspring, evolution.rungs, windows),
  },
} as const satisfies Readonly<Record<string, Search>>;

export type SearchName = keyof typeof searches;

export const searchNames = Object.keys(searches) as readonly SearchName[];

function range(length: number): readonly number[] {
  return Array.from({ length }, (_, i) => i);
}
