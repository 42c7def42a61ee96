import { evolveSet } from './evolve.js';
import { exchangeBlocks } from './exchange.js';
import { growSets } from './grow.js';
import { countMeasured, halve, measureAll } from './halve.js';
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

/** The most sets of a size that scores propose. */
const proposed = 3;

/** The windows of a greedy search, which tries all units at each step. */
const countGreedy = (units: number, count: number, windows: number) =>
  windows * range(count).reduce((sum, size) => sum + units - size, 0);

const countNarrowed = (candidates: number, windows: number) =>
  countMeasured(candidates, halve(2)(candidates, windows), windows);

const countGrown = (units: number, count: number, windows: number) =>
  countNarrowed(units, windows) + (count - 1) * countNarrowed(2 * countTried(units) + proposed, windows);

const countRound = (units: number, count: number, windows: number) =>
  count + 2 * countTried(units) + countNarrowed(2 * countTried(units), windows);

/** Rounds of mending that keep `auto` about within a third of what a greedy search measures. */
function countRounds(units: number, count: number, windows: number): number {
  const left = countGreedy(units, count, windows) / 3 - countGrown(units, count, windows);
  return Math.max(0, Math.min(3, Math.round(left / countRound(units, count, windows))));
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

/** Greedy and beam search try all blocks beside each set, on all windows. */
function growWhole(title: string, source: string, width: number): Search {
  return {
    title,
    source,
    growsSizes: true,
    draws: false,
    find: (judge, problem) =>
      growSets(
        judge,
        { ...problem, propose: undefined },
        { width, tried: Infinity, rungs: measureAll(width) },
      ),
    countMeasured: (units, count, windows) =>
      windows * units + width * (countGreedy(units, count, windows) - windows * units),
  };
}

/** All searches by the name that `--search` and the reports use. */
export const searches = {
  auto: {
    title:
      'scores make the short-list, damage decides: two sets of each size go on, and the last one is mended',
    source: 'docs/search.md',
    growsSizes: true,
    draws: false,
    find: (judge, problem) =>
      growSets(judge, problem, {
        width: 2,
        tried: countTried(problem.units),
        rungs: halve(2),
      }),
    mend: (judge, problem, step) =>
      exchangeBlocks(judge, problem, step, {
        coming: 2 * countTried(problem.units),
        tried: 2 * countTried(problem.units),
        rungs: halve(1),
        rounds: countRounds(problem.units, step.dropped.length, judge.windows),
      }),
    countMeasured: (units, count, windows) =>
      countGrown(units, count, windows) +
      countRounds(units, count, windows) * countRound(units, count, windows),
  },
  'one-shot': {
    title: 'those that do least damage when each is left out alone',
    source: 'Shortened LLaMA, Kim et al. 2024',
    growsSizes: true,
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
    title: 'random exchanges of blocks, the best of which go on',
    source: 'EvoPress, Sieberling et al. 2024',
    growsSizes: false,
    draws: true,
    async *find(judge, problem, { seed, start }) {
      if (start !== undefined) yield await evolveSet(judge, problem, start, { ...evolution, seed });
    },
    countMeasured: (_units, _count, windows) =>
      evolution.generations * countMeasured(evolution.offspring, evolution.rungs, windows),
  },
} as const satisfies Readonly<Record<string, Search>>;

export type SearchName = keyof typeof searches;

export const searchNames = Object.keys(searches) as readonly SearchName[];

function range(length: number): readonly number[] {
  return Array.from({ length }, (_, i) => i);
}
