export type { CallOptions } from './childProcess.js';
export type { Device, ModelFacts, SpeedResult, WindowResult } from './contract.js';
export { gpuChoices, type BackendFolder, type GpuBackend, type GpuChoice } from './locate.js';
export { findDevices, openModel, type Model, type ModelOptions, type RunRequest } from './openModel.js';
