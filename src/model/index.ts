export { explainUnsupported, findArchitecture, supportedArchitectures } from './architectures.js';
export { findBlockTraits, type BlockTraits } from './blockKinds.js';
export { checkDrop, explainRefusal } from './checkDrop.js';
export { findConstraints, type ConstraintOptions, type DropConstraints } from './constraints.js';
export { describeModel, parseBlockName, type Block, type ModelDescription } from './describe.js';
export { findSlices } from './slices.js';
export { repairMetadata } from './repairMetadata.js';
export type { Architecture, BlockKind } from './rules.js';
export { refuseUnknownArrays } from './unknownArrays.js';
