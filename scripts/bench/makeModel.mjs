// Models of any size, to measure how costs grow: llama's architecture, weights without meaning.
import { randomBytes } from 'node:crypto';
import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import {
  encodeHeader,
  findGgmlType,
  computeTensorBytes,
  makeArrayEntry,
  makeEntry,
  ValueType,
} from '../../dist/gguf/index.js';

const F32 = 0;
const Q4_0 = 2;

/** Half of these bytes are a block's scale: 2⁻⁸ as a 16-bit float, so that products stay of one size. */
const scale = [0x00, 0x1c];

/**
 * @param shape blocks, embedding, feedForward, heads, headsKv, vocabulary; all widths multiples of 32
 * @param isEmpty leave the weights out: a sparse file of the same size, which can be read but not run
 */
export function makeModel(path, shape, { isEmpty = false } = {}) {
  const { bytes, tensors, dataOffset, fileBytes } = encodeHeader({
    entries: describe(shape),
    tensors: listTensors(shape),
    alignment: 32,
  });
  const file = openSync(path, 'w');
  try {
    writeSync(file, bytes, 0, bytes.length, 0);
    if (!isEmpty) for (const tensor of tensors) fill(file, tensor, dataOffset + tensor.offset);
    ftruncateSync(file, fileBytes);
  } finally {
    closeSync(file);
  }
  return fileBytes;
}

function describe({ blocks, embedding, feedForward, heads, headsKv, vocabulary }) {
  const numbers = {
    'llama.block_count': blocks,
    'llama.context_length': 8192,
    'llama.embedding_length': embedding,
    'llama.feed_forward_length': feedForward,
    'llama.attention.head_count': heads,
    'llama.attention.head_count_kv': headsKv,
    'llama.rope.dimension_count': embedding / heads,
    'tokenizer.ggml.bos_token_id': 1,
    'tokenizer.ggml.eos_token_id': 2,
    'tokenizer.ggml.unknown_token_id': 0,
  };
  const tokens = ['<unk>', '<s>', '</s>'];
  for (let i = tokens.length; i < vocabulary; i++) tokens.push(i < 259 ? `<0x${hex(i - 3)}>` : `▁${i}`);
  const kinds = tokens.map((_, i) => (i === 0 ? 2 : i < 3 ? 3 : i < 259 ? 6 : 1));
  return [
    makeEntry('general.architecture', ValueType.string, 'llama'),
    makeEntry('general.name', ValueType.string, 'Made to measure'),
    ...Object.entries(numbers).map(([key, value]) => makeEntry(key, ValueType.uint32, value)),
    makeEntry('llama.attention.layer_norm_rms_epsilon', ValueType.float32, 1e-5),
    makeEntry('tokenizer.ggml.model', ValueType.string, 'llama'),
    makeArrayEntry('tokenizer.ggml.tokens', ValueType.string, tokens),
    makeArrayEntry(
      'tokenizer.ggml.scores',
      ValueType.float32,
      tokens.map((_, i) => -i),
    ),
    makeArrayEntry('tokenizer.ggml.token_type', ValueType.int32, kinds),
  ];
}

const hex = (byte) => byte.toString(16).toUpperCase().padStart(2, '0');

function listTensors({ blocks, embedding, feedForward, heads, headsKv, vocabulary }) {
  const make =
    (type) =>
    (name, ...dimensions) => ({
      name: `${name}.weight`,
      dimensions,
      type,
      bytes: computeTensorBytes(findGgmlType(type), dimensions),
    });
  const [norm, matrix] = [make(F32), make(Q4_0)];
  const keys = (embedding / heads) * headsKv;
  return [
    matrix('token_embd', embedding, vocabulary),
    ...Array.from({ length: blocks }, (_, block) => [
      norm(`blk.${block}.attn_norm`, embedding),
      matrix(`blk.${block}.attn_q`, embedding, embedding),
      matrix(`blk.${block}.attn_k`, embedding, keys),
      matrix(`blk.${block}.attn_v`, embedding, keys),
      matrix(`blk.${block}.attn_output`, embedding, embedding),
      norm(`blk.${block}.ffn_norm`, embedding),
      matrix(`blk.${block}.ffn_gate`, embedding, feedForward),
      matrix(`blk.${block}.ffn_up`, embedding, feedForward),
      matrix(`blk.${block}.ffn_down`, feedForward, embedding),
    ]).flat(),
    norm('output_norm', embedding),
  ];
}

/** Norms are ones; matrices have random values, the same over and over. */
function fill(file, { type, bytes }, position) {
  if (type === F32) {
    writeSync(file, Buffer.from(new Float32Array(bytes / 4).fill(1).buffer), 0, bytes, position);
    return;
  }
  const blockBytes = 18;
  const pattern = randomBytes(blockBytes * Math.min(bytes / blockBytes, 65_536));
  for (let at = 0; at < pattern.length; at += blockBytes) pattern.set(scale, at);
  for (let done = 0; done < bytes; done += pattern.length) {
    writeSync(file, pattern, 0, Math.min(pattern.length, bytes - done), position + done);
  }
}
