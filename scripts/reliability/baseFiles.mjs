// Whole files to be damaged: small, and between them with every kind of value, several types of tensors, blocks of several
// kinds, patterns by key and by array, and parts of a split model.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {
  encodeHeader,
  makeArrayEntry,
  makeEntry,
  makeSplitEntries,
  ValueType,
} from '../../dist/gguf/index.js';
import { makeModel } from '../bench/makeModel.mjs';

const F32 = 0;
const Q4_0 = 2;
const I8 = 24;

const named = (architecture, blocks, more = []) => [
  makeEntry('general.architecture', ValueType.string, architecture),
  makeEntry('general.name', ValueType.string, 'Damaged'),
  makeEntry(`${architecture}.block_count`, ValueType.uint32, blocks),
  makeEntry(`${architecture}.embedding_length`, ValueType.uint32, 32),
  makeEntry(`${architecture}.attention.head_count`, ValueType.uint32, 2),
  ...more,
];

const tensor = (name, dimensions, type, bytes) => ({ name, dimensions, type, bytes });

const listTensors = (blocks) => [
  tensor('token_embd.weight', [32, 4], F32, 512),
  ...Array.from({ length: blocks }, (_, block) => [
    tensor(`blk.${block}.attn_q.weight`, [32, 2], Q4_0, 36),
    tensor(`blk.${block}.attn_norm.weight`, [7], I8, 7),
  ]).flat(),
];

function build(entries, tensors, alignment = 32) {
  const { bytes, fileBytes } = encodeHeader({ entries, tensors, alignment });
  const file = Buffer.alloc(fileBytes);
  file.set(bytes);
  for (let i = bytes.length; i < fileBytes; i++) file[i] = (i * 31) % 251;
  return file;
}

/** Every kind of value that metadata can have. */
const allKinds = [
  makeEntry('k.u8', ValueType.uint8, 200),
  makeEntry('k.i8', ValueType.int8, -100),
  makeEntry('k.u16', ValueType.uint16, 60_000),
  makeEntry('k.i16', ValueType.int16, -30_000),
  makeEntry('k.u32', ValueType.uint32, 4_000_000_000),
  makeEntry('k.i32', ValueType.int32, -2_000_000_000),
  makeEntry('k.u64', ValueType.uint64, 2n ** 63n),
  makeEntry('k.i64', ValueType.int64, -(2n ** 62n)),
  makeEntry('k.f32', ValueType.float32, 0.5),
  makeEntry('k.f64', ValueType.float64, 0.25),
  makeEntry('k.bool', ValueType.bool, true),
  makeEntry('k.string', ValueType.string, 'words \u001b[2J and more'),
  makeArrayEntry('k.numbers', ValueType.uint32, [1, 2, 3]),
  makeArrayEntry('k.words', ValueType.string, ['a', 'bc', '']),
  makeArrayEntry('k.truths', ValueType.bool, [true, false]),
];

/** @returns `{ name, bytes }` of each */
export function makeBaseFiles() {
  const pattern = makeArrayEntry('gemma3.attention.sliding_window_pattern', ValueType.bool, [
    true,
    true,
    false,
    true,
  ]);
  const heads = makeArrayEntry('lfm2.attention.head_count_kv', ValueType.uint32, [0, 2, 0, 2]);
  return [
    { name: 'llama', bytes: readWhole() },
    { name: 'all kinds of values', bytes: build([...named('llama', 3), ...allKinds], listTensors(3)) },
    { name: 'gemma3, with a pattern', bytes: build(named('gemma3', 4, [pattern]), listTensors(4)) },
    { name: 'lfm2, of two kinds of blocks', bytes: build(named('lfm2', 4, [heads]), listTensors(4)) },
    {
      name: 'aligned to 64',
      bytes: build(
        [...named('qwen2', 2), makeEntry('general.alignment', ValueType.uint32, 64)],
        listTensors(2),
        64,
      ),
    },
    {
      name: 'the first of one part',
      bytes: build([...named('llama', 2), ...makeSplitEntries(0, 1, listTensors(2).length)], listTensors(2)),
    },
    { name: 'no tensors', bytes: build(named('llama', 1), []) },
  ];
}

/** A model that llama.cpp would load. */
function readWhole() {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'prune-gguf-fuzz-'));
  try {
    const file = path.join(folder, 'whole.gguf');
    makeModel(file, { blocks: 3, embedding: 32, feedForward: 32, heads: 2, headsKv: 1, vocabulary: 270 });
    return readFileSync(file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
