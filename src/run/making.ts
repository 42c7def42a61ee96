import type { Entry } from '../gguf/index.js';
import { describeProvenance } from '../rewrite/index.js';
import { findMetric, hashWindows, type Measurement, type MetricName } from '../score/index.js';
import type { SearchReport } from '../report/index.js';
import { toolVersion } from '../version.js';
import type { Run } from './start.js';

/** How blocks were chosen: by a search, by a metric, or by hand where there is neither. */
export interface Choosing {
  readonly metric: MetricName | null;
  readonly search?: Pick<SearchReport, 'name' | 'judge'> | undefined;
}

/** What needs no windows to be measured. */
const isWindowless = (needs: Measurement | undefined) => needs === undefined || needs === 'magnitudes';

/** What is written into a file on its making, by the path and the hash of its source; nothing into a mere copy. */
export function describeMaking(run: Run, { metric, search }: Choosing, dropped: readonly number[]) {
  const isMeasured = search !== undefined || (metric !== null && !isWindowless(findMetric(metric).needs));
  const calibrationHash = isMeasured ? hashWindows(run.windows.scoring) : undefined;
  const method =
    search === undefined ? (metric ?? 'chosen by hand') : `${search.name} search by ${search.judge}`;
  return (sourcePath: string, sourceHash: string): readonly Entry[] =>
    dropped.length === 0
      ? []
      : describeProvenance({
          toolVersion,
          sourcePath,
          sourceHash,
          sourceBlocks: run.model.description.blocks.length,
          method,
          calibrationHash,
          dropped,
        });
}
