import type { SearchReport } from '../../report/index.js';
import {
  searches,
  takeLowestSingles,
  type Search,
  type SearchName,
  type SearchStep,
  type UnitSet,
} from '../../select/index.js';
import type { ChooseOptions } from '../choose.js';
import { reportProgress, type Run } from '../start.js';
import { openJudge } from './openJudge.js';
import { searchDefaults, type SearchOptions } from './options.js';
import { describeProblem, describeUnitProblem } from './problem.js';
import { listUnits, type UnitName, type Units } from './units.js';

/** What a search is to find. */
export interface SearchGoal {
  /** What the dropped units are to weigh; undefined for any weight. */
  readonly weight: number | undefined;
  /** A set of that weight to begin with, for searches that need one; undefined: that of the lowest damages alone. */
  readonly start?: UnitSet | undefined;
}

/** A search that has not begun. */
export interface OpenSearch {
  readonly judge: SearchReport['judge'];
  readonly unit: UnitName;
  readonly units: Units;
  /** The best set of each size, ascending; measured as they are asked for. */
  readonly steps: AsyncIterable<SearchStep>;
  /** Mends a set, where the search does so. */
  readonly mend: (step: SearchStep) => Promise<SearchStep>;
  /** Ends it: what was measured is in its file. */
  readonly close: () => Promise<SearchReport>;
}

/**
 * Opens a search on the windows that blocks are scored on. What is measured is kept as it comes: a search that was
 * stopped, or one for more blocks, goes on where it was.
 *
 * @throws PruneError DROP_REFUSED, OUTPUT
 */
export async function openSearch(
  run: Run,
  name: SearchName,
  { weight, start }: SearchGoal,
  options: SearchOptions & ChooseOptions,
): Promise<OpenSearch> {
  const { model, windows } = run;
  const measure = options.judge ?? searchDefaults.judge;
  const seed = options.seed ?? searchDefaults.seed;
  const unit = options.unit ?? searchDefaults.unit;
  const units = listUnits(unit, model.description);
  const problem =
    unit === 'block'
      ? describeProblem(model, weight, options)
      : describeUnitProblem(model, units, weight ?? Infinity, options);
  const search: Search = searches[name];
  const onPass = reportProgress(run.options, 'search');
  const { length } = windows.scoring;
  // one pass a window for the distributions that all are compared with; of unknown size a quarter of the blocks
  const count = weight ?? Math.ceil(units.blocks / 4);
  const expected =
    length + search.countMeasured(units.count, Math.ceil((count * units.count) / units.blocks), length);
  onPass(0, expected);
  const { judge, journal } = await openJudge(run, measure, units, options, ({ passes }) => {
    onPass(Math.min(passes, expected - 1), expected);
  });
  const find = async function* () {
    const needsStart = !search.growsSizes && weight !== undefined && start === undefined;
    yield* search.find(judge, problem, {
      seed,
      start: needsStart ? await takeLowestSingles(judge, problem) : start,
    });
  };
  return {
    judge: measure,
    unit,
    units,
    steps: find(),
    mend: async (step) => search.mend?.(judge, problem, step) ?? step,
    async close() {
      await journal.flush();
      onPass(expected, expected);
      return {
        name,
        judge: measure,
        unit,
        seed: search.draws ? seed : null,
        windows: length,
        ...judge.cost(),
      };
    },
  };
}
