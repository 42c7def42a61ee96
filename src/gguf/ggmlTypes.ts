/** How ggml stores the elements of a tensor type: in blocks of a fixed number of elements and bytes. */
export interface GgmlType {
  /** The id in the tensor table. */
  readonly id: number;
  /** The name of the ggml enum without its prefix, such as `Q4_K`. */
  readonly name: string;
  /** Elements per block; 0 for a type that ggml has removed. */
  readonly blockSize: number;
  /** Bytes per block; 0 for a type that ggml has removed. */
  readonly typeSize: number;
}

function describe(id: number, name: string, blockSize: number, typeSize: number): GgmlType {
  return { id, name, blockSize, typeSize };
}

/**
 * Every id below GGML_TYPE_COUNT (43), in order, so that `GGML_TYPES[id].id === id`. Names and sizes
 * equal those of `ggml_blck_size` and `ggml_type_size` in llama.cpp as of node-llama-cpp 3.22.1.
 */
export const GGML_TYPES: readonly GgmlType[] = [
  describe(0, 'F32', 1, 4),
  describe(1, 'F16', 1, 2),
  describe(2, 'Q4_0', 32, 18),
  describe(3, 'Q4_1', 32, 20),
  describe(4, 'Q4_2', 0, 0),
  describe(5, 'Q4_3', 0, 0),
  describe(6, 'Q5_0', 32, 22),
  describe(7, 'Q5_1', 32, 24),
  describe(8, 'Q8_0', 32, 34),
  describe(9, 'Q8_1', 32, 36),
  describe(10, 'Q2_K', 256, 84),
  describe(11, 'Q3_K', 256, 110),
  describe(12, 'Q4_K', 256, 144),
  describe(13, 'Q5_K', 256, 176),
  describe(14, 'Q6_K', 256, 210),
  describe(15, 'Q8_K', 256, 292),
  describe(16, 'IQ2_XXS', 256, 66),
  describe(17, 'IQ2_XS', 256, 74),
  describe(18, 'IQ3_XXS', 256, 98),
  describe(19, 'IQ1_S', 256, 50),
  describe(20, 'IQ4_NL', 32, 18),
  describe(21, 'IQ3_S', 256, 110),
  describe(22, 'IQ2_S', 256, 82),
  describe(23, 'IQ4_XS', 256, 136),
  describe(24, 'I8', 1, 1),
  describe(25, 'I16', 1, 2),
  describe(26, 'I32', 1, 4),
  describe(27, 'I64', 1, 8),
  describe(28, 'F64', 1, 8),
  describe(29, 'IQ1_M', 256, 56),
  describe(30, 'BF16', 1, 2),
  describe(31, 'Q4_0_4_4', 0, 0),
  describe(32, 'Q4_0_4_8', 0, 0),
  describe(33, 'Q4_0_8_8', 0, 0),
  describe(34, 'TQ1_0', 256, 54),
  describe(35, 'TQ2_0', 256, 66),
  describe(36, 'IQ4_NL_4_4', 0, 0),
  describe(37, 'IQ4_NL_4_8', 0, 0),
  describe(38, 'IQ4_NL_8_8', 0, 0),
  describe(39, 'MXFP4', 32, 17),
  describe(40, 'NVFP4', 64, 36),
  describe(41, 'Q1_0', 128, 18),
  describe(42, 'Q2_0', 64, 18),
];

/** Types of what is computed on the way, of integers and of doubles: ggml has no quantiser to them. */
const withoutQuantiser = new Set(['Q8_1', 'Q8_K', 'I8', 'I16', 'I32', 'I64', 'F64']);

/** Types whose quantisers have to be told how much each column counts. */
const withImportance = new Set(['IQ2_XXS', 'IQ2_XS', 'IQ1_S']);

/** Whether ggml writes a matrix in a type only if it is told how much each column counts. */
export function needsImportance({ name }: GgmlType): boolean {
  return withImportance.has(name);
}

/** Whether ggml can write a matrix in a type. */
export function isQuantisable({ name, blockSize }: GgmlType): boolean {
  return blockSize > 0 && !withoutQuantiser.has(name);
}

/** The tensor type of an id; undefined for an id that this version of ggml does not know. */
export function findGgmlType(id: number): GgmlType | undefined {
  return GGML_TYPES[id];
}

/** The name of a tensor type for messages and reports: `Q4_K`, or `type 99` for an unknown id. */
export function ggmlTypeName(id: number): string {
  return findGgmlType(id)?.name ?? `type ${String(id)}`;
}
