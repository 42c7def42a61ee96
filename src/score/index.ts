export { combineSums, standardError, type BlockScores } from './blockScores.js';
export {
  cutWindows,
  hashWindows,
  pickWindows,
  readCalibration,
  windowDefaults,
  type Calibration,
  type CalibrationWindows,
  type WindowOptions,
} from './calibration.js';
export { sumGram, type StateSums } from './gramSums.js';
export type { Measured, Measurement, WindowValues } from './measured.js';
export {
  defaultMetric,
  findMetric,
  metricNames,
  metrics,
  rankEvenly,
  type KeptEnds,
  type Metric,
  type MetricName,
  type Ranking,
} from './metrics.js';
export { listFree, locateWindows, overlap, type Place } from './places.js';
export { scoreWindows, type ScoreOptions, type StateSource } from './scoreBlocks.js';
