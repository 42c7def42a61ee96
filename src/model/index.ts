export { findArchitecture, type Architecture } from './architectures.js';
export { describeModel, type Block, type ModelDescription } from './describe.js';
export { findWindowKind, repairMetadata } from './repairMetadata.js';
