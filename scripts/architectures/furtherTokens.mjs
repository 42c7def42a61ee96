// Models with blocks that predict further tokens (NextN, MTP), which llama.cpp's generator cannot make: the last block
// of a generated model once more, with the tensors that such a block has besides.
import path from 'node:path';
import {
  arrayShape,
  decodeValue,
  getUint,
  makeArrayEntry,
  makeEntry,
  readHeader,
  replaceEntry,
  ValueType,
} from '../../dist/gguf/index.js';
import { applyPlan } from '../../dist/rewrite/index.js';
import { takeTensor } from '../../dist/rewrite/content.js';
import { planFiles } from '../../dist/rewrite/planFiles.js';

const models = ['glm4moe-moe', 'hy_v3-moe'];
const added = 2;

export async function addFurtherTokens(folder) {
  for (const name of models) {
    const source = await readHeader(path.join(folder, `${name}.gguf`));
    await applyPlan(planFiles(source, extend(source)), path.join(folder, `${name}-mtp.gguf`));
  }
}

function extend(source) {
  const architecture = source.path.split('/').at(-1).split('-')[0];
  const key = (suffix) => `${architecture}.${suffix}`;
  const count = getUint(source, key('block_count'));
  const width = getUint(source, key('embedding_length'));
  // scales, which the generator adds for one type of weights, are not expected there
  const last = source.tensors.filter(
    ({ name }) => name.startsWith(`blk.${count - 1}.`) && !name.endsWith('scale'),
  );
  const blocks = Array.from({ length: added }, (_, i) => [
    ...last.map((tensor) =>
      takeTensor(source, tensor, tensor.name.replace(`.${count - 1}.`, `.${count + i}.`)),
    ),
    ...makeJoint(source, `blk.${count + i}.nextn`, width),
  ]).flat();
  return {
    entries: [
      makeEntry(key('block_count'), ValueType.uint32, count + added),
      makeEntry(key('nextn_predict_layers'), ValueType.uint32, added),
    ].reduce(
      (entries, entry) => replaceEntry(entries, entry),
      source.entries.map((entry) => lengthen(entry, architecture, count)),
    ),
    tensors: [...source.tensors.map((tensor) => takeTensor(source, tensor, tensor.name)), ...blocks],
  };
}

/** An array with one value a block gets the last one's for those that are added. */
function lengthen(entry, architecture, count) {
  if (!entry.key.startsWith(`${architecture}.`) || entry.type !== ValueType.array) return entry;
  if (arrayShape(entry).count !== count) return entry;
  const values = decodeValue(entry);
  return makeArrayEntry(entry.key, arrayShape(entry).elementType, [
    ...values,
    ...Array(added).fill(values.at(-1)),
  ]);
}

/** What joins the state and the embedding of the next token; their values are those of other tensors. */
function makeJoint(source, name, width) {
  const norm = source.tensors.find((tensor) => tensor.name === 'output_norm.weight');
  const square = source.tensors.find(
    ({ dimensions, type }) => type === norm.type && dimensions[0] === width && dimensions[1] === width,
  );
  const [half] = takeTensor(source, square, '').pieces;
  return [
    takeTensor(source, norm, `${name}.enorm.weight`),
    takeTensor(source, norm, `${name}.hnorm.weight`),
    {
      name: `${name}.eh_proj.weight`,
      dimensions: [2 * width, width],
      type: square.type,
      bytes: 2 * square.bytes,
      pieces: [half, half],
    },
  ];
}
