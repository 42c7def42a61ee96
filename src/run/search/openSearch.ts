import type { SearchReport } from '../../report/index.js';
import {
  searches,
  takeLowestSingles,
  type Search,
  type SearchName,
  type SearchProblem,
  type SearchStep,
  type UnitSet,
} from '../../select/index.js';
import type { ChooseOptions } from '../choose.js';
import { endProgress, type Run } from '../start.js';
import type { BypassJudge } from './bypassJudge.js';
import { forecast } from './forecast.js';
import { openJudge } from './openJudge.js';
import { searchDefaults, type SearchOptions } from './options.js';
import { describeProblem, describeUnitProblem } from './problem.js';
import { listUnits, type UnitName, type Units } from './units.js';

/** What a search is to find. */
export interface SearchGoal {
  /** What the dropped units are to weigh; undefined for any weight. */
  readonly weight?: number | undefined;
  /** A set of that weight to begin with, for searches that need one; undefined: that of the lowest damages alone. */
  readonly start?: UnitSet | undefined;
  /** What scores would choose. */
  readonly propose?: SearchProblem['propose'];
}

/** A search under way. */
export interface SearchCourse {
  /** The best set of each size, ascending; measured as they are asked for. */
  readonly steps: AsyncIterable<SearchStep>;
  /** Mends a set, where the search does so. */
  readonly mend: (step: SearchStep) => Promise<SearchStep>;
}

/** A search that has not begun. */
export interface OpenSearch {
  readonly name: SearchName;
  readonly judge: SearchReport['judge'];
  readonly unit: UnitName;
  readonly units: Units;
  /** What the search measures by, so that metrics can share it. */
  readonly judging: BypassJudge;
  /** @throws PruneError DROP_REFUSED */
  readonly begin: (goal: SearchGoal) => SearchCourse;
  /** Ends it: what was measured is in its file. */
  readonly close: () => Promise<SearchReport>;
}

/**
 * Opens a search on the windows that blocks are scored on. What is measured is kept as it comes: a search that was
 * stopped, or one for more blocks, goes on where it was.
 *
 * @throws PruneError OUTPUT
 */
export async function openSearch(
  run: Run,
  name: SearchName,
  options: SearchOptions & ChooseOptions,
): Promise<OpenSearch> {
  const { model, windows } = run;
  const measure = options.judge ?? searchDefaults.judge;
  const seed = options.seed ?? searchDefaults.seed;
  const unit = options.unit ?? searchDefaults.unit;
  const units = listUnits(unit, model.description);
  const search: Search = searches[name];
  const { length } = windows.scoring;
  const judging = await openJudge(run, units, options);
  const judge = judging.judgeBy(measure);
  const begin = ({ weight, start, propose }: SearchGoal): SearchCourse => {
    const problem = {
      ...(unit === 'block'
        ? describeProblem(model, weight, options)
        : describeUnitProblem(model, units, weight ?? Infinity, options)),
      propose,
    };
    const needsStart = !search.growsSizes && weight !== undefined && start === undefined;
    // of unknown size a quarter of the blocks
    const count = weight ?? Math.ceil(units.blocks / 4);
    const scaled = Math.ceil((count * units.count) / units.blocks);
    const passes =
      search.countMeasured(units.count, scaled, length) + (needsStart ? length * units.count : 0);
    judging.watch(forecast(run.options, judging.cost(), { windows: length, passes }));
    const find = async function* () {
      yield* search.find(judge, problem, {
        seed,
        start: needsStart ? await takeLowestSingles(judge, problem) : start,
      });
    };
    return { steps: find(), mend: async (step) => search.mend?.(judge, problem, step) ?? step };
  };
  return {
    name,
    judge: measure,
    unit,
    units,
    judging,
    begin,
    async close() {
      await judging.flush();
      endProgress(run.options, 'search', judging.cost().passes);
      return {
        name,
        judge: measure,
        unit,
        seed: search.draws ? seed : null,
        windows: length,
        ...judging.cost(),
      };
    },
  };
}
