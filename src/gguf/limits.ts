/** The alignment of a file without the key `general.alignment`, in bytes (GGUF_DEFAULT_ALIGNMENT). */
export const DEFAULT_ALIGNMENT = 32;

/**
 * The largest alignment in bytes: a huge page of x86-64. llama.cpp sets no limit, but a larger value has
 * no use, and the writer would have to put that much padding after the header.
 */
export const MAX_ALIGNMENT = 2 * 1024 * 1024;

/** The most dimensions a tensor may have (GGML_MAX_DIMS). */
export const MAX_DIMENSIONS = 4;

/** The longest tensor name in bytes. GGML_MAX_NAME is 64 and counts the final NUL. */
export const MAX_TENSOR_NAME_BYTES = 63;

/** The longest key in bytes, from the GGUF specification. */
export const MAX_KEY_BYTES = 65_535;

/**
 * How deep arrays may nest, the outermost counting as 1. The specification sets no limit; without one a
 * damaged file could exhaust the stack. llama.cpp itself reads no nested arrays at all.
 */
export const MAX_ARRAY_DEPTH = 4;

/**
 * The largest header in bytes. It is held in memory. The largest vocabularies in use need about 20 MiB,
 * so that a larger header is damage rather than a model.
 */
export const MAX_HEADER_BYTES = 256 * 1024 * 1024;

/** How many bytes are read from the file at first; each further read doubles what is loaded. */
export const FIRST_CHUNK_BYTES = 1024 * 1024;

/** The fewest bytes one key can take: length, one letter, value type, one byte of value. */
export const MIN_ENTRY_BYTES = 8 + 1 + 4 + 1;

/** The fewest bytes one row of the tensor table can take: length, dimension count, type, offset. */
export const MIN_TENSOR_BYTES = 8 + 4 + 4 + 8;
