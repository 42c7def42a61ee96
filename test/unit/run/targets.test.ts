import { readdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { readHeader } from '../../../src/gguf/index.js';
import { checkTargets, nameBeside, nameOutput } from '../../../src/run/targets.js';
import { dropBlocks } from '../../fixtures/dropBlocks.js';
import { smallModel } from '../../fixtures/smallModel.js';
import { partName, splitSpec, writeParts } from '../../fixtures/splitModel.js';

describe('The name of an output', () => {
  it.each([
    ['model.gguf', 'model.pruned-27of30.gguf'],
    ['a/model-00001-of-00005.gguf', 'a/model.pruned-27of30.gguf'],
    ['../model-00001-of-00001.gguf', '../model.pruned-27of30.gguf'],
    ['model', 'model.pruned-27of30.gguf'],
  ])('for %s is %s', (model, name) => {
    expect(nameOutput(model, 30, dropBlocks([1, 2, 3]))).toBe(name);
  });

  it('of a companion is its own, beside the output', () => {
    expect(nameBeside('out/small.gguf', nameOutput('/loras/mine.gguf', 30, dropBlocks([1, 2, 3])))).toBe(
      join('out', 'mine.pruned-27of30.gguf'),
    );
  });
});

describe('Targets', () => {
  /** A split model, alone in its folder. */
  async function makeModel() {
    const [first] = writeParts(splitSpec(smallModel({ blocks: 2 }), [2]));
    const header = await readHeader(first);
    const folder = dirname(first);
    const companion = { companion: { kind: 'lora', header }, target: join(folder, 'lora.gguf') } as const;
    return { header, folder, companion, output: join(folder, 'out.gguf') };
  }

  it('that are free are accepted, and nothing is written', async () => {
    const { header, folder, companion, output } = await makeModel();
    await expect(checkTargets(header, output, [companion], { splitMaxBytes: 100 })).resolves.toBeUndefined();
    expect(readdirSync(folder)).toHaveLength(2);
  });

  it.each([2, 7])(
    'are refused where one of %i parts of that name exists, unless it is replaced',
    async (count) => {
      const { header, folder, output } = await makeModel();
      const part = join(folder, partName('out', 1, count));
      writeFileSync(part, 'old');
      await expect(checkTargets(header, output, [], { splitMaxBytes: 100 })).rejects.toMatchObject({
        code: 'OUTPUT',
        message: expect.stringContaining(`${basename(part)} exists already`) as string,
      });
      await expect(checkTargets(header, output, [], {})).resolves.toBeUndefined();
      const replaced = { splitMaxBytes: 100, overwrite: true };
      await expect(checkTargets(header, output, [], replaced)).resolves.toBeUndefined();
      await expect(checkTargets(header, part, [], replaced)).resolves.toBeUndefined();
    },
  );

  it('are refused where they would replace a part of the model', async () => {
    const { header, folder } = await makeModel();
    const output = join(folder, 'model.gguf');
    await expect(
      checkTargets(header, output, [], { splitMaxBytes: 100, overwrite: true }),
    ).rejects.toMatchObject({ message: expect.stringMatching(/is the model itself/) as string });
    await expect(checkTargets(header, output, [], { overwrite: true })).resolves.toBeUndefined();
  });

  it('are refused where two have one name', async () => {
    const { header, companion, output } = await makeModel();
    await expect(checkTargets(header, companion.target, [companion], {})).rejects.toMatchObject({
      code: 'USAGE',
    });
    await expect(checkTargets(header, output, [companion, companion], {})).rejects.toMatchObject({
      code: 'USAGE',
    });
    await expect(checkTargets(header, output, [], { adapter: output })).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining('Give the one of --adapter another name') as string,
    });
  });

  it('are refused where an adapter would replace the model, or the pruned one that is healed', async () => {
    const { header, folder, output } = await makeModel();
    const pruned = join(folder, 'pruned.gguf');
    writeFileSync(pruned, 'old');
    const message = (what: string) =>
      expect.stringContaining(`is ${what} itself. Choose another name with --adapter.`) as string;
    for (const [adapter, what] of [
      [header.path, 'the model'],
      [pruned, 'the pruned model'],
    ] as const) {
      const options = { adapter, overwrite: true };
      await expect(checkTargets(header, output, [], options, pruned)).rejects.toMatchObject({
        message: message(what),
      });
    }
    await expect(checkTargets(header, pruned, [], { overwrite: true }, pruned)).resolves.toBeUndefined();
  });

  it('are refused where they have no name', async () => {
    const { header, output } = await makeModel();
    await expect(checkTargets(header, '', [], {})).rejects.toMatchObject({ code: 'USAGE' });
    await expect(checkTargets(header, output, [], { adapter: '' })).rejects.toMatchObject({
      message: '--adapter needs the name of a file.',
    });
  });
});
