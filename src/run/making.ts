import type { Entry } from '../gguf/index.js';
import { describeProvenance } from '../rewrite/index.js';
import { findMetric, hashWindows, type MetricName } from '../score/index.js';
import { toolVersion } from '../version.js';
import type { Run } from './start.js';

/**
 * What is written into a file on its making, by the path and the hash of its source; nothing into a mere copy.
 * @param metric null when the blocks were named by hand
 */
export function describeMaking(run: Run, metric: MetricName | null, dropped: readonly number[]) {
  const calibrationHash =
    metric !== null && findMetric(metric).needsPass ? hashWindows(run.windows.scoring) : undefined;
  return (sourcePath: string, sourceHash: string): readonly Entry[] =>
    dropped.length === 0
      ? []
      : describeProvenance({
          toolVersion,
          sourcePath,
          sourceHash,
          sourceBlocks: run.model.description.blocks.length,
          method: metric ?? 'chosen by hand',
          calibrationHash,
          dropped,
        });
}
