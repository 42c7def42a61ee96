import { inspectFile, type Inspection } from '../../../src/inspect.js';
import {
  buildGguf,
  tinyLlama,
  value,
  writeTemp,
  type FixtureSpec,
  type TypedValue,
} from '../../fixtures/buildGguf.js';
import { bytesTensor, smallModel, withEntries } from '../../fixtures/smallModel.js';

function inspect(spec: FixtureSpec): Promise<Inspection> {
  return inspectFile(writeTemp(buildGguf(spec)));
}

/** How a value is shown. */
async function show(typed: TypedValue): Promise<string | undefined> {
  const { metadata } = await inspect(withEntries(smallModel({ blocks: 1 }), { shown: typed }));
  return metadata.find(({ key }) => key === 'shown')?.value;
}

describe('The inspection of a file', () => {
  it('tells what the file is and what model it holds', async () => {
    const bytes = buildGguf({ ...tinyLlama({ blocks: 2 }), alignment: 64 });
    const path = writeTemp(bytes);
    expect(await inspectFile(path)).toMatchObject({
      file: path,
      version: 3,
      bytes: bytes.length,
      alignment: 64,
      model: { architecture: 'llama', name: 'Tiny Llama', quantisation: 'Q4_0', contextLength: 512 },
    });
  });

  it('lists blocks with their tensors, sizes and types, the largest share first', async () => {
    const { blocks } = await inspect(tinyLlama({ blocks: 2 }));
    const block = {
      kind: 'full',
      feedForward: 'dense',
      heads: 4,
      headsKv: 2,
      staysBecause: null,
      tensors: 9,
      bytes: 17_792,
      parameters: 30_848,
      types: ['Q4_0', 'F32'],
    };
    expect(blocks).toEqual([
      { index: 0, ...block },
      { index: 1, ...block },
    ]);
  });

  it('lists the tensors outside of blocks', async () => {
    const { shared } = await inspect(tinyLlama({ blocks: 1 }));
    expect(shared).toEqual([
      { name: 'token_embd.weight', type: 'Q4_0', bytes: 11_232 },
      { name: 'output_norm.weight', type: 'F32', bytes: 256 },
      { name: 'output.weight', type: 'Q4_0', bytes: 11_232 },
    ]);
  });

  it('sums tensors up by type, the most bytes first', async () => {
    const spec = tinyLlama({ blocks: 2 });
    const { types } = await inspect({ ...spec, tensors: [...spec.tensors, bytesTensor('big', 99_999, 1)] });
    expect(types).toEqual([
      { type: 'I8', tensors: 1, bytes: 99_999 },
      { type: 'Q4_0', tensors: 16, bytes: 2 * (17_792 - 512) + 2 * 11_232 },
      { type: 'F32', tensors: 5, bytes: 5 * 256 },
    ]);
  });

  it('tells blocks with a sliding window from those without', async () => {
    const spec = smallModel({ architecture: 'gemma3', blocks: 7 });
    const kindsOf = ({ blocks }: Inspection) => blocks.map(({ kind }) => kind);
    const windowed = await inspect(
      withEntries(spec, { 'gemma3.attention.sliding_window': value.uint32(512) }),
    );
    expect(kindsOf(windowed)).toEqual([...Array<string>(5).fill('sliding'), 'full', 'sliding']);
    expect(kindsOf(await inspect(spec))).toEqual(Array(7).fill('full'));
  });

  it('lists all keys with their types in file order', async () => {
    const spec = smallModel({ blocks: 1, entries: [{ key: 'own', value: value.float64(0.1) }] });
    const { metadata } = await inspect(spec);
    expect(metadata).toEqual([
      { key: 'general.architecture', type: 'string', value: 'llama' },
      { key: 'general.name', type: 'string', value: 'Small Model' },
      { key: 'llama.block_count', type: 'uint32', value: '1' },
      { key: 'own', type: 'float64', value: '0.1' },
    ]);
  });

  it('tells which blocks can lose their attention alone, and why none can', async () => {
    expect((await inspect(tinyLlama({ blocks: 3 }))).attention).toEqual({
      droppable: [1, 2],
      noneBecause: null,
    });
    const explain = async (spec: FixtureSpec) => {
      const { attention } = await inspect(spec);
      expect(attention.droppable).toEqual([]);
      return attention.noneBecause;
    };
    expect(await explain(tinyLlama({ blocks: 1 }))).toMatch(/none beside that of the first block/);
    expect(await explain(smallModel({ architecture: 'gemma3', blocks: 7 }))).toMatch(
      /deci and llama.*gemma3/,
    );
    expect(await explain(smallModel({ architecture: 't5', blocks: 2 }))).toMatch(/two stacks of blocks/);
  });

  it('is refused for files that hold no supported model', async () => {
    await expect(inspect(smallModel({ architecture: 'clip', blocks: 1 }))).rejects.toMatchObject({
      code: 'NOT_A_MODEL',
    });
    await expect(inspectFile('/nowhere/model.gguf')).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  });
});

describe('A value', () => {
  const numbers = (count: number) =>
    value.array(
      4,
      Array.from({ length: count }, (_, index) => value.uint32(index)),
    );

  it.each([
    ['a bool', value.bool(1), 'true'],
    ['a 64-bit number', value.uint64(2n ** 64n - 1n), '18446744073709551615'],
    ['an empty array', numbers(0), '0 × uint32: '],
    ['an array of 8', numbers(8), '8 × uint32: 0, 1, 2, 3, 4, 5, 6, 7'],
    ['an array of 9', numbers(9), '9 × uint32'],
    ['an array of arrays', value.array(9, [numbers(2)]), '1 × array'],
    ['a text of 60 characters', value.string('x'.repeat(60)), 'x'.repeat(60)],
    ['a text of 61 characters', value.string('x'.repeat(61)), `${'x'.repeat(59)}…`],
    [
      'an array of long texts',
      value.array(8, [value.string('x'.repeat(99))]),
      `1 × string: ${'x'.repeat(47)}…`,
    ],
  ])('such as %s is shown in at most 60 characters', async (_, typed, shown) => {
    expect((await show(typed))?.trimEnd()).toBe(shown.trimEnd());
  });

  it('cannot drive the terminal', async () => {
    expect(await show(value.string('{% if %}\n\u001b[2J'))).not.toMatch(/\p{Cc}/u);
  });

  it('is never cut in the middle of a character', async () => {
    expect(await show(value.string('😀'.repeat(31)))).not.toMatch(/\p{Cs}/u);
  });
});
