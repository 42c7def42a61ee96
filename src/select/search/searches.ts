import { evolveSet } from './evolve.js';
import { exchangeBlocks } from './exchange.js';
import { growSets } from './grow.js';
import type { Rung } from './halve.js';
import type { BlockSet, Judge, SearchProblem, SearchStep } from './types.js';

/** What a search is given beside what it may choose from. */
export interface SearchSettings {
  readonly seed: number;
  /** A set of the size that is wanted, to begin with; undefined when any size is. */
  readonly start: BlockSet | undefined;
}

/** A way to find the blocks that can be left out with the least damage. */
export interface Search {
  /** In one line, for `--help` and reports. */
  readonly title: string;
  readonly source: string;
  /** Whether it finds sets of every size on its way; otherwise of the size it is given alone. */
  readonly growsSizes: boolean;
  /** The best set of each size that may be dropped, ascending; the caller ends it. */
  readonly find: (
    judge: Judge,
    problem: SearchProblem,
    settings: SearchSettings,
  ) => AsyncIterable<SearchStep>;
  /** Mends what was found, once the size is settled. */
  readonly mend?: (judge: Judge, problem: SearchProblem, step: SearchStep) => Promise<SearchStep>;
}

/** All on all windows. */
const whole = (keep: number): readonly Rung[] => [{ windows: Infinity, keep }];

/** Few of many on few windows, fewer on all. */
const quick = (keep: number): readonly Rung[] => [
  { windows: 2, keep: 6 },
  { windows: 6, keep: 3 },
  { windows: Infinity, keep },
];

/** Blocks tried beside each set: a quarter of all, but not so few that the best is likely to be missed. */
const countTried = (blocks: number) => Math.max(6, Math.ceil(blocks / 4));

/** All searches by the name that `--search` and the reports use. */
export const searches = {
  auto: {
    title: 'two sets of each size go on, narrowed down on more and more windows, and the last one is mended',
    source: 'docs/search.md',
    growsSizes: true,
    find: (judge, problem) =>
      growSets(judge, problem, { width: 2, tried: countTried(problem.blocks), rungs: quick(2) }),
    mend: (judge, problem, step) =>
      exchangeBlocks(judge, problem, step, { tried: 16, rungs: quick(1), rounds: 3 }),
  },
  greedy: {
    title: 'each step takes the block that does least damage beside those taken',
    source: 'SLEB, Song et al. 2024',
    growsSizes: true,
    find: (judge, problem) => growSets(judge, problem, { width: 1, tried: Infinity, rungs: whole(1) }),
  },
  beam: {
    title: 'as greedy, with the three best sets of each size',
    source: 'beam search, Lowerre 1976',
    growsSizes: true,
    find: (judge, problem) => growSets(judge, problem, { width: 3, tried: Infinity, rungs: whole(3) }),
  },
  evolutionary: {
    title: 'random exchanges of blocks, the best of which go on',
    source: 'EvoPress, Sieberling et al. 2024',
    growsSizes: false,
    async *find(judge, problem, { seed, start }) {
      if (start === undefined) return;
      const rungs = [
        { windows: 1, keep: 4 },
        { windows: 4, keep: 2 },
        { windows: Infinity, keep: 1 },
      ];
      yield await evolveSet(judge, problem, start, { seed, generations: 20, offspring: 16, rungs });
    },
  },
} as const satisfies Readonly<Record<string, Search>>;

export type SearchName = keyof typeof searches;

export const searchNames = Object.keys(searches) as readonly SearchName[];
