import {
  countElements,
  GGML_TYPES,
  type GgmlType,
  type GgufHeader,
  type TensorInfo,
} from '../../gguf/index.js';

/** How large a quantisation will be, in bytes. */
export interface SizeEstimate {
  /** No file of that type is smaller. */
  readonly least: number;
  /** Room to set aside for it. */
  readonly most: number;
}

/** Mixtures give some tensors more bits than the type that names them: seldom more than a third. */
const mixtureMargin = 1.3;

/** What the quantiser takes instead where rows are no multiple of 256: `tensor_type_fallback` in llama-quant.cpp. */
const fallbacks: Readonly<Record<string, string>> = {
  Q2_K: 'Q4_0',
  Q3_K: 'Q4_0',
  Q4_K: 'Q5_0',
  Q5_K: 'Q5_1',
  Q6_K: 'Q8_0',
  Q2_0: 'Q4_0',
  TQ1_0: 'Q4_0',
  TQ2_0: 'Q4_0',
  IQ3_S: 'IQ4_NL',
  IQ4_XS: 'IQ4_NL',
};

/** Estimates from shapes alone; what a mixture gives to which tensor only the quantiser knows. */
export function estimateSize({ tensors, parts }: GgufHeader, name: string): SizeEstimate {
  const base = findBase(name);
  const metadata = parts.reduce((sum, { dataOffset }) => sum + dataOffset, 0);
  let least = metadata;
  let most = metadata;
  for (const tensor of tensors) {
    const bits = isQuantised(tensor) ? fit(base, tensor) : undefined;
    const size = (type: GgmlType) =>
      (Number(countElements(tensor.dimensions)) / type.blockSize) * type.typeSize;
    least += bits === undefined ? tensor.bytes : size(bits);
    most +=
      bits === undefined
        ? tensor.bytes
        : isOuter(tensor)
          ? Math.max(size(bits), size(findType('Q8_0')))
          : size(bits);
  }
  return { least, most: mixtureMargin * most };
}

/** The type that most tensors of a mixture have: Q3_K of Q3_K_M. */
function findBase(name: string): GgmlType {
  const exact = GGML_TYPES.find((type) => type.name === name && type.blockSize > 0);
  return exact ?? findType(name === 'IQ3_M' ? 'IQ3_S' : name.replace(/_[SML]$/, ''));
}

function findType(name: string): GgmlType {
  const type = GGML_TYPES.find((candidate) => candidate.name === name);
  if (type === undefined) throw new RangeError(`no tensor type ${name}`);
  return type;
}

function fit(base: GgmlType, { dimensions: [row = 1] }: TensorInfo): GgmlType {
  if (row % base.blockSize === 0) return base;
  const fallback = findType(fallbacks[base.name] ?? 'F16');
  return row % fallback.blockSize === 0 ? fallback : findType('F16');
}

function isQuantised({ name, dimensions }: TensorInfo): boolean {
  return dimensions.length >= 2 && name.endsWith('weight') && !name.endsWith('_norm.weight');
}

/** Outside of blocks: the mixtures give these up to 8 bits. */
function isOuter({ name }: TensorInfo): boolean {
  return !name.startsWith('blk.');
}
