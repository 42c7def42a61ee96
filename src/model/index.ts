export { findArchitecture, type Architecture } from './architectures.js';
export { describeModel, parseBlockName, type Block, type ModelDescription } from './describe.js';
export { checkDroppable, findWindowKind, repairMetadata } from './repairMetadata.js';
