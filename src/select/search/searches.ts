import { countEvolution, evolveSet } from './evolve.js';
import { countRound, exchangeBlocks } from './exchange.js';
import { countGrowth, growSets, type GrowthOptions } from './grow.js';
import { findFirstWindows, halve, measureAll } from './halve.js';
import { takeLowest } from './oneShot.js';
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
  /** Whether it tries what scores would drop, or begins with it. */
  readonly usesScores: boolean;
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
  /** About how many windows are measured, over all sets, for so many units of so many. */
  readonly countMeasured: (units: number, count: number, windows: number) => number;
}

/** Units that `auto` tries beside each set: a fifth of all, but not so few that the best is likely to be missed. */
const countTried = (units: number) => Math.max(4, Math.ceil(units / 5));

/** The most sets of a size that scores propose: of a metric that was asked for, and of the three of a pass. */
const proposed = 4;

const growth = (units: number): GrowthOptions => ({ width: 2, tried: countTried(units), rungs: halve(2) });

const mending = (units: number) => ({
  coming: 2 * countTried(units),
  tried: 2 * countTried(units),
  rungs: halve(1),
});

/** The most rounds of mending; one that finds nothing better is the last. */
const mostRounds = 3;

/** Greedy and beam search try all units beside each set, on all windows. */
const growthOfAll = (width: number): GrowthOptions => ({ width, tried: Infinity, rungs: measureAll(width) });

const countGrown = (units: number, count: number, windows: number) =>
  countGrowth(growth(units), units, count, windows, proposed);

/** Rounds of mending that take `auto` to a third of what a greedy search measures, to the nearest round. */
function countRounds(units: number, count: number, windows: number): number {
  const third = countGrowth(growthOfAll(1), units, count, windows) / 3;
  const left = third - countGrown(units, count, windows);
  return Math.max(
    0,
    Math.min(mostRounds, Math.round(left / countRound(mending(units), units, count, windows))),
  );
}

const evolution = {
  generations: 20,
  offspring: 16,
  rungs: [
    { windows: 1, keep: 4 },
    { windows: 4, keep: 2 },
    { windows: Infinity, keep: 1 },
  ],
} as const;

function growWhole(title: string, source: string, width: number): Search {
  return {
    title,
    source,
    growsSizes: true,
    usesScores: false,
    draws: false,
    find: (judge, problem) => growSets(judge, { ...problem, propose: undefined }, growthOfAll(width)),
    countMeasured: (units, count, windows) => countGrowth(growthOfAll(width), units, count, windows),
  };
}

/** All searches by the name that `--search` and the reports use. */
export const searches = {
  auto: {
    title:
      'scores make the short-list, damage decides: two sets of each size go on, and the last one is mended',
    source: 'docs/search.md',
    growsSizes: true,
    usesScores: true,
    draws: false,
    find: (judge, problem) => growSets(judge, problem, growth(problem.units)),
    mend: (judge, problem, step) =>
      exchangeBlocks(judge, problem, step, {
        ...mending(problem.units),
        rounds: countRounds(problem.units, step.dropped.length, judge.windows),
      }),
    countMeasured: (units, count, windows) =>
      countGrown(units, count, windows) +
      countRounds(units, count, windows) * countRound(mending(units), units, count, windows),
  },
  'one-shot': {
    title: 'those that do least damage when each is left out alone',
    source: 'Shortened LLaMA, Kim et al. 2024',
    growsSizes: true,
    usesScores: false,
    draws: false,
    find: takeLowest,
    countMeasured: (units, count, windows) => windows * (units + count),
  },
  greedy: growWhole(
    'each step takes the block that does least damage beside those taken',
    'SLEB, Song et al. 2024',
    1,
  ),
  beam: growWhole('as greedy, with the three best sets of each size', 'beam search, Lowerre 1976', 3),
  evolutionary: {
    title: 'random exchanges of blocks, the best of which go on; the last set is mended',
    source: 'EvoPress, Sieberling et al. 2024',
    growsSizes: false,
    usesScores: true,
    draws: true,
    async *find(judge, problem, { seed, start }) {
      if (start !== undefined) yield await evolveSet(judge, problem, start, { ...evolution, seed });
    },
    mend: (judge, problem, step) =>
      exchangeBlocks(judge, problem, step, { ...mending(problem.units), rounds: mostRounds }),
    countMeasured: (units, count, windows) =>
      countEvolution(evolution, windows) +
      // exchanges are chosen by what each unit does alone, which evolution has not measured
      units * findFirstWindows(mending(units).rungs(units, windows), windows) +
      mostRounds * countRound(mending(units), units, count, windows),
  },
} as const satisfies Readonly<Record<string, Search>>;

export type SearchName = keyof typeof searches;

export const searchNames = Object.keys(searches) as readonly SearchName[];
