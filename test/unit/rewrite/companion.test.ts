import { readHeader } from '../../../src/gguf/index.js';
import { describeModel } from '../../../src/model/index.js';
import {
  describeProvenance,
  planCompanion,
  readCompanion,
  type CompanionKind,
} from '../../../src/rewrite/index.js';
import { buildGguf, tinyLlama, value, writeTemp, type FixtureSpec } from '../../fixtures/buildGguf.js';
import { carryOut } from '../../fixtures/carryOut.js';
import { makeControlVector, makeImatrix, makeLora } from '../../fixtures/companions.js';
import { dropBlocks } from '../../fixtures/dropBlocks.js';
import { expectSameBytes } from '../../fixtures/sameBytes.js';
import { bytesTensor, withEntries } from '../../fixtures/smallModel.js';

const BLOCKS = [0, 1, 2, 3];
const WIDTH = 64;
const MODEL = tinyLlama({ blocks: 4 });

async function read(kind: CompanionKind, spec: FixtureSpec | Uint8Array, name = 'mine.gguf') {
  const header = await readHeader(writeTemp(buildGguf(MODEL)));
  const path = writeTemp(spec instanceof Uint8Array ? spec : buildGguf(spec), name);
  return readCompanion(kind, path, { header, description: describeModel(header) });
}

const keep = (kept: readonly number[]) => ({ kept, droppedAttention: [], architecture: 'llama' });

async function prune(kind: CompanionKind, spec: FixtureSpec, kept: readonly number[]): Promise<Uint8Array> {
  return carryOut(planCompanion(await read(kind, spec), keep(kept), []));
}

/** The fixture with its tensors renamed or, where there is no new name, left out. */
function rename(spec: FixtureSpec, names: (name: string) => string | undefined): FixtureSpec {
  const tensors = spec.tensors.flatMap((tensor) => {
    const name = names(tensor.name);
    return name === undefined ? [] : [{ ...tensor, name }];
  });
  return { ...spec, tensors };
}

/** Blocks 1 and 3 of four are left. */
const KEPT = [1, 3];
const renumber = (name: string) => {
  if (/^(?:blk|direction)\.[02](?:\.|$)/.test(name)) return undefined;
  return name.replace(/^(blk|direction)\.1(?=\.|$)/, '$1.0').replace(/^(blk|direction)\.3(?=\.|$)/, '$1.1');
};

describe('A companion that is pruned', () => {
  it.each<readonly [CompanionKind, FixtureSpec]>([
    ['imatrix', makeImatrix(BLOCKS, WIDTH)],
    ['imatrix', makeImatrix([3, 0, 2], WIDTH)],
    ['lora', makeLora(BLOCKS, WIDTH)],
    ['lora', makeLora([1], WIDTH)],
  ])('(%s) is byte for byte the file without those blocks, the others numbered anew', async (kind, spec) => {
    expectSameBytes(await prune(kind, spec, KEPT), buildGguf(rename(spec, renumber)));
  });

  it.each<readonly [CompanionKind, FixtureSpec]>([
    ['imatrix', makeImatrix(BLOCKS, WIDTH)],
    ['lora', makeLora(BLOCKS, WIDTH)],
    ['control-vector', makeControlVector([1, 2, 3], WIDTH)],
  ])('(%s) is a copy where nothing is dropped', async (kind, spec) => {
    expectSameBytes(await prune(kind, spec, BLOCKS), buildGguf(spec));
  });

  it('(control-vector) has the directions of the blocks that are left, and their number', async () => {
    const spec = makeControlVector([1, 2, 3], WIDTH);
    const expected = withEntries(
      rename(spec, (name) => ({ 'direction.1': 'direction.1', 'direction.3': 'direction.2' })[name]),
      { 'controlvector.layer_count': value.int32(2) },
    );
    expectSameBytes(await prune('control-vector', spec, [0, 1, 3]), buildGguf(expected));
  });

  it('(control-vector) may name only some blocks, and several directions for one', async () => {
    const [a, b] = makeControlVector([2, 3], WIDTH).tensors;
    const spec = {
      entries: makeControlVector([], WIDTH).entries.slice(0, 2),
      tensors: [{ ...a!, name: 'direction.3.x' }, b!],
    };
    const expected = rename(spec, (name) => name.replace('3', '2'));
    expectSameBytes(await prune('control-vector', spec, [0, 2, 3]), buildGguf(expected));
  });

  it('(lora) may be left without tensors', async () => {
    const spec = makeLora([2], WIDTH);
    expectSameBytes(await prune('lora', spec, KEPT), buildGguf({ ...spec, tensors: [] }));
  });

  it('(lora) may be for tensors outside of blocks, and for norms', async () => {
    const spec = makeLora([3], WIDTH);
    const norm = { ...bytesTensor('blk.3.attn_norm.weight', 1, 1), dimensions: [1] };
    const embedding = ['a', 'b'].map((side, seed) => ({
      ...bytesTensor(`token_embd.weight.lora_${side}`, 6, seed),
      dimensions: [2, 3],
    }));
    const all = { ...spec, tensors: [norm, ...embedding, ...spec.tensors] };
    expectSameBytes(await prune('lora', all, KEPT), buildGguf(rename(all, renumber)));
  });

  it('says how it was made', async () => {
    const companion = await read('lora', makeLora(BLOCKS, WIDTH));
    const made = describeProvenance({
      toolVersion: '1.2.3',
      sourcePath: '/x/mine.gguf',
      sourceHash: 'ab',
      sourceBlocks: 4,
      method: 'chosen by hand',
      calibrationHash: undefined,
      drop: dropBlocks([0, 2]),
    });
    const { entries } = await readHeader(writeTemp(carryOut(planCompanion(companion, keep(KEPT), made))));
    expect(entries.slice(-made.length)).toEqual(made);
  });
});

const refusal = (message: RegExp, code = 'COMPANION') => ({
  name: 'PruneError',
  code,
  message: expect.stringMatching(message) as string,
});

describe('A companion is refused', () => {
  it.each<readonly [CompanionKind, FixtureSpec, RegExp]>([
    ['imatrix', makeLora([0], WIDTH), /given as an importance matrix, but it is a LoRA adapter\.$/],
    ['lora', makeImatrix([0], WIDTH), /given as a LoRA adapter, but it is an importance matrix\.$/],
    ['lora', makeControlVector([1], WIDTH), /but it is a control vector\.$/],
    ['control-vector', MODEL, /given as a control vector, but it is a model of the architecture "llama"\.$/],
    ['lora', { ...MODEL, entries: [] }, /but it is something unknown\.$/],
    [
      'lora',
      withEntries(makeLora([0], WIDTH), { 'adapter.type': value.string('x\u001b') }),
      /but it is of the type "adapter"\.$/,
    ],
    [
      'lora',
      { entries: [{ key: 'general.architecture', value: value.string('clip') }], tensors: [] },
      /a multimodal projector, which stays as it is/,
    ],
  ])('when it is no %s', async (kind, spec, message) => {
    await expect(read(kind, spec)).rejects.toMatchObject(refusal(message));
  });

  it.each<readonly [CompanionKind, FixtureSpec, RegExp]>([
    ['lora', makeLora([0], WIDTH, 'qwen3'), /for the architecture "qwen3"; the model is llama\.$/],
    ['lora', makeLora([4], WIDTH), /"blk\.4\.attn_q\.weight\.lora_a" is of none of the blocks 0 to 3\.$/],
    [
      'imatrix',
      makeImatrix([0, 9], WIDTH),
      /"blk\.9\.attn_q\.weight\.in_sum2" is of none of the blocks 0 to 3/,
    ],
    ['control-vector', makeControlVector([1, 4], WIDTH), /"direction\.4" is of none of the blocks 1 to 3/],
    ['control-vector', makeControlVector([0], WIDTH), /"direction\.0" is of none of the blocks 1 to 3/],
    ['lora', makeLora([0], 32), /lora_a" is 32 wide, where the model needs 64/],
    ['imatrix', makeImatrix([0], 32), /in_sum2" is 32 wide, where the model needs 64/],
    ['control-vector', makeControlVector([1], 32), /direction\.1" is 32 wide, where the model needs 64/],
    [
      'lora',
      rename(makeLora([0], WIDTH), (name) => name.replace('attn_q', 'ssm_in')),
      /ssm_in.*is for a tensor that the model does not have/,
    ],
    [
      'lora',
      rename(makeLora([0], WIDTH), (name) => name.replace('lora_a', 'dora')),
      /dora" is neither of a pair \.lora_a and \.lora_b/,
    ],
    [
      'control-vector',
      rename(makeControlVector([1], WIDTH), () => 'blk.1.weight'),
      /"blk\.1\.weight" is no direction\.<block>/,
    ],
  ])('when it is a %s of another model', async (kind, spec, message) => {
    await expect(read(kind, spec)).rejects.toMatchObject(refusal(message));
  });

  it('when it is an importance matrix in the old format, with what to do', async () => {
    const old = Uint8Array.from([210, 0, 0, 0, 20, 0, 0, 0, ...Buffer.from('blk.0.attn_q.weight')]);
    await expect(read('imatrix', old, 'imatrix.dat')).rejects.toMatchObject(
      refusal(
        /^imatrix\.dat is not a GGUF file\..*old binary format.*llama-imatrix --in-file imatrix\.dat -o/,
      ),
    );
    await expect(read('lora', old)).rejects.toMatchObject({ code: 'NOT_GGUF' });
  });

  it('when a control vector would steer the first block, which llama.cpp cannot', async () => {
    const companion = await read('control-vector', makeControlVector([1, 2, 3], WIDTH));
    expect(() => planCompanion(companion, keep([2, 3]), [])).toThrow(
      expect.objectContaining(
        refusal(/block 2 becomes the first.*"direction\.2" of mine\.gguf/, 'DROP_REFUSED'),
      ) as Error,
    );
  });

  it.each<readonly [CompanionKind, FixtureSpec]>([
    ['control-vector', makeControlVector([2], WIDTH)],
    ['imatrix', rename(makeImatrix([2], WIDTH), (name) => (name.startsWith('output') ? undefined : name))],
  ])('when nothing of the %s would be left', async (kind, spec) => {
    const companion = await read(kind, spec);
    expect(() => planCompanion(companion, keep([0, 1, 3]), [])).toThrow(
      expect.objectContaining(refusal(/^Nothing of mine\.gguf would be left/, 'DROP_REFUSED')) as Error,
    );
  });
});
