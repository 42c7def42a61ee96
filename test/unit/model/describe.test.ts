import { readHeader } from '../../../src/gguf/index.js';
import { describeModel, type ModelDescription } from '../../../src/model/index.js';
import { buildGguf, tinyLlama, value, writeTemp, type FixtureSpec } from '../../fixtures/buildGguf.js';
import { bytesTensor, smallModel, withEntries } from '../../fixtures/smallModel.js';

async function describeSpec(spec: FixtureSpec, name?: string): Promise<ModelDescription> {
  return describeModel(await readHeader(writeTemp(buildGguf(spec), name)));
}

async function expectRefused(spec: FixtureSpec, code: string, message: string | RegExp): Promise<void> {
  const matcher = typeof message === 'string' ? message : (expect.stringMatching(message) as string);
  await expect(describeSpec(spec, 'a file.gguf')).rejects.toMatchObject({
    name: 'PruneError',
    code,
    message: matcher,
  });
}

const MODEL = smallModel({ blocks: 2 });

describe('The description of a model', () => {
  it('holds its name, sizes and shape', async () => {
    const { blocks, shared, ...model } = await describeSpec(tinyLlama({ blocks: 3 }));
    // a block: 2 norms of 64; matrices of 64 x 64 (2), 64 x 32 (2), 64 x 96 (3)
    expect(blocks.map(({ parameters }) => parameters)).toEqual([30_848, 30_848, 30_848]);
    // norms in F32, matrices in Q4_0 of 18 bytes for 32 weights
    expect(blocks.map(({ bytes }) => bytes)).toEqual([17_792, 17_792, 17_792]);
    expect(shared.map(({ name }) => name)).toEqual([
      'token_embd.weight',
      'output_norm.weight',
      'output.weight',
    ]);
    expect(model).toEqual({
      trunk: 3,
      architecture: 'llama',
      name: 'Tiny Llama',
      quantisation: 'Q4_0',
      parameters: 3 * 30_848 + 64 + 2 * 64 * 312,
      contextLength: 512,
      embeddingLength: 64,
    });
  });

  it('holds the blocks in order of their numbers, however the file orders its tensors', async () => {
    const { blocks, shared } = await describeSpec({ ...MODEL, tensors: MODEL.tensors.toReversed() });
    expect(blocks.map(({ index, tensors }) => [index, ...tensors.map(({ name }) => name)])).toEqual([
      [0, 'blk.0.ffn_up.weight', 'blk.0.attn_q.weight'],
      [1, 'blk.1.ffn_up.weight', 'blk.1.attn_q.weight'],
    ]);
    expect(shared.map(({ name }) => name)).toEqual(['output_norm.weight', 'token_embd.weight']);
  });

  it('counts tensors that only look like those of a block as shared', async () => {
    const tensors = [...MODEL.tensors, bytesTensor('blk.weight', 1, 1), bytesTensor('my.blk.0.weight', 1, 1)];
    const { shared } = await describeSpec({ ...MODEL, tensors });
    expect(shared.map(({ name }) => name)).toContain('blk.weight');
    expect(shared.map(({ name }) => name)).toContain('my.blk.0.weight');
  });

  it('takes the name of the file where the model has none', async () => {
    const { name } = await describeSpec(withEntries(MODEL, { 'general.name': undefined }), 'mine.gguf');
    expect(name).toBe('mine.gguf');
  });

  it('leaves lengths out that the file does not state', async () => {
    const { contextLength, embeddingLength } = await describeSpec(MODEL);
    expect([contextLength, embeddingLength]).toEqual([undefined, undefined]);
  });

  it.each([
    [0, 'F32'],
    [15, 'Q4_K_M'],
    [32, 'BF16'],
  ])('names the recipe %i that the file was quantised by: %s', async (fileType, quantisation) => {
    const spec = withEntries(MODEL, { 'general.file_type': value.uint32(fileType) });
    expect(await describeSpec(spec)).toMatchObject({ quantisation });
  });

  it.each([
    ['no recipe', undefined],
    ['one that is not known', value.uint32(9999)],
  ])('names the type of most bytes in blocks where the file states %s', async (_, fileType) => {
    const f32 = { name: 'blk.1.norm.weight', dimensions: [64], type: 0, payload: new Uint8Array(256) };
    const outside = { name: 'output.weight', dimensions: [900], type: 25, payload: new Uint8Array(1800) };
    const spec = withEntries(MODEL, { 'general.file_type': fileType });
    const description = await describeSpec({ ...spec, tensors: [...MODEL.tensors, f32, outside] });
    expect(description).toMatchObject({ quantisation: 'F32' });
  });

  it('is given of a file that says to be a model and to be in one part', async () => {
    const { blocks } = await describeSpec(
      withEntries(MODEL, { 'general.type': value.string('model'), 'split.count': value.uint16(1) }),
    );
    expect(blocks).toHaveLength(2);
  });
});

describe('A file that holds no language model is refused', () => {
  it.each([
    [
      'a multimodal projector with a type',
      { 'general.architecture': value.string('clip'), 'general.type': value.string('mmproj') },
      'a multimodal projector',
    ],
    [
      'a multimodal projector without a type',
      { 'general.architecture': value.string('clip') },
      'a multimodal projector',
    ],
    ['a LoRA adapter', { 'general.type': value.string('adapter') }, 'a LoRA adapter'],
    [
      'an importance matrix',
      { 'general.type': value.string('imatrix'), 'general.architecture': undefined },
      'an importance matrix',
    ],
    [
      'a vocabulary',
      { 'general.type': value.string('vocab\u001b[2J') },
      'something of type "vocab\\u001b[2J"',
    ],
    [
      'a file without an architecture',
      { 'general.architecture': undefined },
      'something unknown (the key general.architecture is missing)',
    ],
  ])('when it is %s', async (_, changes, what) => {
    await expectRefused(
      withEntries(MODEL, changes),
      'NOT_A_MODEL',
      `a file.gguf holds ${what}, not a language model. Pass the model's own GGUF file.`,
    );
  });

  it('when its type is named like a member of every object', async () => {
    await expectRefused(
      withEntries(MODEL, { 'general.type': value.string('constructor') }),
      'NOT_A_MODEL',
      /holds something of type "constructor", not/,
    );
  });

  it('with the reason when it says to be a model but has no architecture', async () => {
    await expectRefused(
      withEntries(MODEL, { 'general.type': value.string('model'), 'general.architecture': undefined }),
      'NOT_A_MODEL',
      /general\.architecture/,
    );
  });
});

describe('A model that cannot be worked on is refused', () => {
  it.each([
    ['missing', undefined, /the key "llama\.block_count" is missing\.$/],
    ['0', value.uint32(0), /the key "llama\.block_count" is 0\.$/],
    ['no number', value.string('2'), /"llama\.block_count" has the type string; a whole number is needed/],
    ['negative', value.int32(-2), /"llama\.block_count" is -2/],
  ])('when the number of its blocks is %s', async (_, count, message) => {
    await expectRefused(withEntries(MODEL, { 'llama.block_count': count }), 'GGUF_DAMAGED', message);
  });

  it('when it has tensors of a block beyond their number', async () => {
    await expectRefused(
      withEntries(MODEL, { 'llama.block_count': value.uint32(1) }),
      'GGUF_DAMAGED',
      'a file.gguf has the tensor "blk.1.attn_q.weight", but by its metadata only 1 block.',
    );
    await expectRefused(
      { ...MODEL, tensors: [...MODEL.tensors, bytesTensor('blk.99999999999999999999.w', 1, 1)] },
      'GGUF_DAMAGED',
      /has the tensor "blk\.99999999999999999999\.w"/,
    );
  });

  it('when a block has no tensors', async () => {
    const tensors = MODEL.tensors.filter(({ name }) => !name.startsWith('blk.0.'));
    await expectRefused({ ...MODEL, tensors }, 'GGUF_DAMAGED', 'a file.gguf has no tensors of block 0 of 2.');
    await expectRefused(
      withEntries(MODEL, { 'llama.block_count': value.uint32(2 ** 32 - 1) }),
      'GGUF_DAMAGED',
      /^a file\.gguf cannot have 4294967295 blocks, as its metadata says: it has \d+ tensors\.$/,
    );
  });

  it('when it says to have more blocks than an array can hold', async () => {
    await expectRefused(
      withEntries(MODEL, { 'llama.block_count': value.uint64(2 ** 40) }),
      'GGUF_DAMAGED',
      /cannot have 1099511627776 blocks/,
    );
  });
});
