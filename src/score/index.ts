export { combineSums, type BlockScores } from './blockScores.js';
export {
  cutWindows,
  hashWindows,
  readCalibration,
  windowDefaults,
  type Calibration,
  type CalibrationWindows,
  type WindowOptions,
} from './calibration.js';
export { sumGram, type StateSums } from './gramSums.js';
export {
  averageWindows,
  countMeasured,
  type Measured,
  type Measurement,
  type WindowValues,
} from './measured.js';
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
export { standardError } from './weighted.js';
export { countLongest, countTokens, limitTokens, orderEvenly, pickWindows } from './windows.js';
