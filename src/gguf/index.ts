export { ALIGNMENT_KEY } from './alignment.js';
export { replaceEntry, removeEntry } from './entries.js';
export {
  findGgmlType,
  GGML_TYPES,
  ggmlTypeName,
  isQuantisable,
  needsImportance,
  type GgmlType,
} from './ggmlTypes.js';
export { isLastPadded, trailingBytes, type TensorSpec } from './layout.js';
export { MAX_TENSOR_NAME_BYTES } from './limits.js';
export {
  findEntry,
  getArray,
  getBool,
  getFloat,
  getString,
  getUint,
  type ArrayValue,
  type Metadata,
} from './lookup.js';
export { readHeader } from './read.js';
export { readPart } from './readPart.js';
export type { Scalar } from './scalars.js';
export { isSplitKey, makeSplitEntries, MAX_PARTS } from './splitKeys.js';
export { namePart, partPattern, stripPartNumber } from './splitNames.js';
export { computeTensorBytes, countElements, padTo } from './tensorSize.js';
export {
  ValueType,
  valueTypeName,
  type Entry,
  type GgufHeader,
  type GgufPart,
  type PlacedTensor,
  type ScalarType,
  type TensorInfo,
} from './types.js';
export { arrayShape, decodeValue, makeArrayEntry, makeEntry, type ArrayShape, type Value } from './values.js';
export { escapeUnsafe, fileLabel, formatCount, formatCounted, quoteName } from './wording.js';
export { encodeHeader, measureEntries, measureRow, type EncodedHeader, type HeaderSpec } from './write.js';
