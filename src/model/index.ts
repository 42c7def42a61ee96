export {
  checkAttention,
  checkPatches,
  explainAttention,
  isAttentionTensor,
  listAttention,
  patchFeedForward,
  rewriteAttention,
} from './attention.js';
export { explainUnsupported, findArchitecture, supportedArchitectures } from './architectures.js';
export { findBlockTraits, hasRecurrentBlocks, type BlockTraits } from './blockKinds.js';
export { checkDrop, explainRefusal } from './checkDrop.js';
export { findConstraints, type ConstraintOptions, type DropConstraints } from './constraints.js';
export { describeModel, parseBlockName, type Block, type ModelDescription } from './describe.js';
export { isEmptyDrop, listKeptBlocks, noDrop, type Drop } from './drop.js';
export { fileTypeNumbers } from './fileTypes.js';
export { countLanes } from './lanes.js';
export { repairMetadata } from './repairMetadata.js';
export type { Architecture, BlockKind } from './rules.js';
export { listArchitectures, type ArchitectureSupport } from './support.js';
export { findScales, findSlices } from './tensorRules.js';
export { refuseUnknownArrays } from './unknownArrays.js';
