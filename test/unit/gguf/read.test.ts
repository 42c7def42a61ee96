import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { readHeader } from '../../../src/gguf/index.js';
import { buildGguf, value, writeTemp, type FixtureSpec } from '../../fixtures/buildGguf.js';
import { smallModel, withEntries } from '../../fixtures/smallModel.js';
import { splitSpec, writeParts } from '../../fixtures/splitModel.js';

const MODEL = smallModel({ blocks: 4 });
const PARTS = splitSpec(MODEL, [3, 6]);

const names = ({ tensors }: { readonly tensors: readonly { readonly name: string }[] }) =>
  tensors.map(({ name }) => name);

/** The parts with other values under these keys in one of them. */
function changePart(index: number, changes: Parameters<typeof withEntries>[1]): readonly FixtureSpec[] {
  return PARTS.map((part, i) => (i === index ? withEntries(part, changes) : part));
}

const refusal = (code: string, message: RegExp) => ({
  name: 'PruneError',
  code,
  message: expect.stringMatching(message) as string,
});

describe('A model in one file', () => {
  it('has one part, in which all tensors lie', async () => {
    const bytes = buildGguf(MODEL);
    const header = await readHeader(writeTemp(bytes));
    expect(names(header)).toEqual(names(MODEL));
    expect(header.tensors.every(({ part }) => part === 0)).toBe(true);
    expect(header.parts).toHaveLength(1);
    expect(header).toMatchObject({ fileBytes: bytes.length, path: header.parts[0].path });
  });

  it.each([0, 1])('is one that says to have %i parts, and keeps saying it', async (count) => {
    const spec = withEntries(MODEL, { 'split.count': value.uint16(count), 'split.no': value.uint16(0) });
    const header = await readHeader(writeTemp(buildGguf(spec)));
    expect(header.parts).toHaveLength(1);
    expect(header.entries.map(({ key }) => key)).toEqual(spec.entries.map(({ key }) => key));
  });
});

describe('A split model', () => {
  it('is read as one: the metadata of its first part without the split, the tensors of all in order', async () => {
    const paths = writeParts(PARTS);
    const header = await readHeader(paths[0]);
    expect(header.entries.map(({ key }) => key)).toEqual(MODEL.entries.map(({ key }) => key));
    expect(names(header)).toEqual(names(MODEL));
    expect(header.tensors.map(({ part }) => part)).toEqual([0, 0, 0, 1, 1, 1, 2, 2, 2, 2]);
    expect(header.parts.map(({ path }) => path)).toEqual(paths);
    expect(header.fileBytes).toBe(PARTS.reduce((sum, part) => sum + buildGguf(part).length, 0));
  });

  it('may have a first part without tensors', async () => {
    const header = await readHeader(writeParts(splitSpec(MODEL, [0]))[0]);
    expect(header.tensors.every(({ part }) => part === 1)).toBe(true);
  });

  it('may have an alignment of its own in each part', async () => {
    const parts = PARTS.map((part, index) => (index === 0 ? { ...part, alignment: 64 } : part));
    const header = await readHeader(writeParts(parts)[0]);
    expect(header.parts.map(({ alignment }) => alignment)).toEqual([64, 32, 32]);
    expect(header.alignment).toBe(64);
  });

  it('may lie behind links, whose own names count', async () => {
    const paths = writeParts(PARTS);
    const links = join(dirname(paths[0]), 'links');
    mkdirSync(links);
    paths.forEach((path, index) => {
      const blob = join(dirname(path), `blob${index}`);
      renameSync(path, blob);
      symlinkSync(blob, join(links, basename(path)));
    });
    expect(names(await readHeader(join(links, basename(paths[0]))))).toEqual(names(MODEL));
  });

  it.each(['..', '.', 'a-00001-of-00002', '[x](y)*$', 'größe'])(
    'is found beside its first part when it is called %j',
    async (stem) => {
      const paths = writeParts(PARTS, stem);
      const { parts } = await readHeader(paths[0]);
      expect(parts.map(({ path }) => dirname(path))).toEqual(paths.map(() => dirname(paths[0])));
    },
  );
});

describe('A split model is refused', () => {
  it('when another part than the first is named', async () => {
    const [, second] = writeParts(PARTS);
    await expect(readHeader(second!)).rejects.toMatchObject(
      refusal(
        'NOT_A_MODEL',
        /^model-00002-of-00003\.gguf is part 2 .* Pass the first: model-00001-of-00003\.gguf\.$/,
      ),
    );
  });

  it('when a part is missing, which is named', async () => {
    const paths = writeParts(PARTS);
    rmSync(paths[2]!);
    await expect(readHeader(paths[0])).rejects.toMatchObject(
      refusal('FILE_NOT_FOUND', /^model-00001-of-00003\.gguf .* model-00003-of-00003\.gguf is missing/),
    );
  });

  it.each(['model.gguf', 'model-00001-of-00004.gguf', 'model-1-of-3.gguf', '-00001-of-00003.gguf'])(
    'when its first part is called %s',
    async (name) => {
      const paths = writeParts(PARTS);
      const other = join(dirname(paths[0]), name);
      renameSync(paths[0], other);
      await expect(readHeader(other)).rejects.toMatchObject(refusal('GGUF_UNSUPPORTED', /not named so/));
    },
  );

  it('when parts were given the names of others', async () => {
    const paths = writeParts([PARTS[0]!, PARTS[2]!, PARTS[1]!]);
    await expect(readHeader(paths[0])).rejects.toMatchObject(
      refusal(
        'GGUF_DAMAGED',
        /00002-of-00003\.gguf does not belong to .* says 2 under "split\.no", where 1 is needed/,
      ),
    );
  });

  it.each<readonly [string, Parameters<typeof withEntries>[1], RegExp]>([
    ['of more parts', { 'split.count': value.uint16(4) }, /says 4 under "split\.count", where 3 is needed/],
    ['of more tensors', { 'split.tensors.count': value.int32(11) }, /says 11 under "split\.tensors\.count"/],
    ['that is no part', { 'split.no': undefined }, /says nothing under "split\.no"/],
  ])('when a part is of another model %s', async (_, changes, message) => {
    const paths = writeParts(changePart(1, changes));
    await expect(readHeader(paths[0])).rejects.toMatchObject(refusal('GGUF_DAMAGED', message));
  });

  it('when a part of another model holds a tensor again', async () => {
    const paths = writeParts([PARTS[0]!, splitSpec(MODEL, [2, 6])[1]!, PARTS[2]!]);
    await expect(readHeader(paths[0])).rejects.toMatchObject(
      refusal(
        'GGUF_DAMAGED',
        /^model-00001.* and model-00002.* both hold the tensor "blk\.0\.ffn_up\.weight"/,
      ),
    );
  });

  it('when a part of another model leaves a tensor out', async () => {
    const paths = writeParts([PARTS[0]!, splitSpec(MODEL, [4, 6])[1]!, PARTS[2]!]);
    await expect(readHeader(paths[0])).rejects.toMatchObject(
      refusal('GGUF_DAMAGED', /hold 9 tensors, but 10 are announced/),
    );
  });

  it('when it does not say how many tensors there must be', async () => {
    const parts = PARTS.map((part) => withEntries(part, { 'split.tensors.count': undefined }));
    await expect(readHeader(writeParts(parts)[0])).rejects.toMatchObject(
      refusal('GGUF_DAMAGED', /does not say/),
    );
  });

  it('when a part is damaged, by that part', async () => {
    const paths = writeParts(PARTS);
    writeFileSync(paths[1]!, 'x');
    await expect(readHeader(paths[0])).rejects.toMatchObject(
      refusal('NOT_GGUF', /^model-00002-of-00003\.gguf /),
    );
  });

  it('when it claims more parts than a model can have', async () => {
    const spec = withEntries(MODEL, { 'split.no': value.uint16(0), 'split.count': value.uint32(70_000) });
    await expect(readHeader(writeTemp(buildGguf(spec)))).rejects.toMatchObject(
      refusal('GGUF_DAMAGED', /65,535/),
    );
  });
});
