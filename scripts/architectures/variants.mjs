// Models that llama.cpp's generator does not make, derived from those that it does: with blocks that predict further
// tokens (NextN, MTP), with patterns stated by their period, and with or without keys that matter then.
import { readdirSync } from 'node:fs';
import path from 'node:path';
import {
  arrayShape,
  decodeValue,
  findEntry,
  getString,
  getUint,
  makeArrayEntry,
  makeEntry,
  readHeader,
  removeEntry,
  replaceEntry,
  ValueType,
} from '../../dist/gguf/index.js';
import { explainUnsupported, findArchitecture } from '../../dist/model/index.js';
import { applyPlan } from '../../dist/rewrite/index.js';
import { takeTensor } from '../../dist/rewrite/content.js';
import { planFiles } from '../../dist/rewrite/planFiles.js';

const added = 2;

/** A variant of a model: its name, and what becomes of the model's content. */
const variants = [
  ...['glm4moe-moe', 'hy_v3-moe'].map((of) => ({ of, name: `${of}-mtp`, change: addFurtherTokens })),
  { of: 'laguna-moe', name: 'laguna-moe-rotated', change: rotateDifferently },
  {
    of: 'minicpm-dense',
    name: 'minicpm-dense-default',
    change: (source) => ({
      entries: removeEntry(source.entries, 'minicpm.residual_scale'),
      tensors: source.tensors.map((tensor) => takeTensor(source, tensor, tensor.name)),
    }),
  },
];

export async function addVariants(folder) {
  for (const { of, name, change } of [...variants, ...(await listByPeriod(folder))]) {
    const source = await readHeader(path.join(folder, `${of}.gguf`));
    await applyPlan(planFiles(source, change(source)), path.join(folder, `${name}.gguf`));
  }
}

/** The generator writes patterns of blocks out as arrays. Real files state the period, or nothing. */
async function listByPeriod(folder) {
  const found = [];
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.gguf'))) {
    const header = await readHeader(path.join(folder, file));
    const architecture = getString(header, 'general.architecture');
    if (explainUnsupported(architecture) !== undefined) continue;
    const rule = findArchitecture(architecture, file).rules.find(({ kind }) => kind === 'period');
    const stated = findEntry(header, `${architecture}.${rule?.arrayKey}`);
    if (!(rule?.period > 0) || stated?.type !== ValueType.array) continue;
    const of = path.basename(file, '.gguf');
    found.push({ of, name: `${of}-period`, change: (source) => statePeriod(source, architecture, rule) });
  }
  return found;
}

/** The generator's arrays come from a period of 2. */
function statePeriod(source, architecture, { arrayKey, periodKey }) {
  const period = makeEntry(`${architecture}.${periodKey}`, ValueType.uint32, 2);
  return {
    entries: replaceEntry(removeEntry(source.entries, `${architecture}.${arrayKey}`), period),
    tensors: source.tensors.map((tensor) => takeTensor(source, tensor, tensor.name)),
  };
}

/** Full attention and sliding windows rotate different numbers of dimensions. */
function rotateDifferently(source) {
  const dimensions = (suffix, count) =>
    makeEntry(`laguna.rope.dimension_count${suffix}`, ValueType.uint32, count);
  return {
    entries: [dimensions('', 40), dimensions('_swa', 80)].reduce(
      (entries, entry) => replaceEntry(entries, entry),
      source.entries,
    ),
    tensors: source.tensors.map((tensor) => takeTensor(source, tensor, tensor.name)),
  };
}

/** The last block once more, with the tensors that such a block has besides. */
function addFurtherTokens(source) {
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
