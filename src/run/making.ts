import type { Entry } from '../gguf/index.js';
import type { HealingName } from '../heal/index.js';
import { isEmptyDrop, type Drop } from '../model/index.js';
import { describeProvenance } from '../rewrite/index.js';
import { findMetric, hashWindows, type Measurement, type MetricName } from '../score/index.js';
import type { SearchReport } from '../report/index.js';
import { toolVersion } from '../version.js';
import type { RecordedDrop } from './heal/recorded.js';
import type { Run } from './start.js';

/** How it was chosen what is dropped: by a search, by a metric, or by hand where there is neither. */
export interface Choosing {
  readonly metric: MetricName | null;
  readonly search?: Pick<SearchReport, 'name' | 'judge' | 'unit'> | undefined;
}

/** What needs no windows to be measured. */
const isWindowless = (needs: Measurement | undefined) => needs === undefined || needs === 'magnitudes';

/**
 * What is written into a file on its making, by the path and the hash of its source; nothing into a mere copy.
 * @param recorded of a drop that was chosen before
 */
export function describeMaking(
  run: Run,
  { metric, search }: Choosing,
  drop: Drop,
  healing: readonly HealingName[] = [],
  recorded?: Pick<RecordedDrop, 'method' | 'calibrationHash'>,
) {
  const isMeasured = search !== undefined || (metric !== null && !isWindowless(findMetric(metric).needs));
  const calibrationHash = isMeasured ? hashWindows(run.windows.scoring) : recorded?.calibrationHash;
  const method =
    search === undefined ? (metric ?? recorded?.method ?? 'chosen by hand') : describeSearch(search);
  return (sourcePath: string, sourceHash: string): readonly Entry[] =>
    isEmptyDrop(drop)
      ? []
      : describeProvenance({
          toolVersion,
          sourcePath,
          sourceHash,
          sourceBlocks: run.model.description.blocks.length,
          method,
          calibrationHash,
          drop,
          healing,
        });
}

function describeSearch({ name, judge, unit }: NonNullable<Choosing['search']>): string {
  const over = { block: '', attention: ' over attention', both: ' over blocks and attention' }[unit];
  return `${name} search${over} by ${judge}`;
}
