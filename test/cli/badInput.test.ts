import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  linkSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { sampleModelPath } from '../../scripts/sample-models.mjs';
import { buildGguf, tinyLlama, value } from '../fixtures/buildGguf.js';
import { makeFolder } from '../fixtures/makeFolder.js';
import { runCli } from '../fixtures/runCli.js';
import { withEntries } from '../fixtures/smallModel.js';

const smollm2 = sampleModelPath('smollm2');
const quick = ['--metric', 'block-influence', '--gpu', 'off', '--windows', '1', '--window-tokens', '64'];

/** Runs the tool in a folder; expects one or two clear lines, the exit code, and nothing left behind. */
async function expectRefused(
  args: readonly string[],
  expected: {
    readonly code: number;
    readonly message: RegExp;
    readonly folder?: string;
    readonly through?: readonly string[];
  },
): Promise<void> {
  const folder = expected.folder ?? makeFolder();
  const before = readdirSync(folder).sort();
  const { code, stdout, stderr } = await runCli(args, {
    cwd: folder,
    ...(expected.through && { through: expected.through }),
  });
  const lines = stderr.trimEnd().split('\n');
  const said = lines.slice(lines.findIndex((line) => line.startsWith('prune-gguf: ')));
  expect(said.join('\n')).toMatch(expected.message);
  expect(said.length).toBeLessThanOrEqual(2);
  expect(stderr).not.toMatch(/^ +at /m);
  expect(code).toBe(expected.code);
  expect(stdout).not.toMatch(/\.gguf$/m);
  expect(readdirSync(folder).sort()).toEqual(before);
}

/** A folder with one file in it. */
function folderWith(name: string, bytes: Uint8Array | string): string {
  const folder = makeFolder();
  writeFileSync(path.join(folder, name), bytes);
  return folder;
}

const tiny = buildGguf(tinyLlama({ blocks: 2 }));

describe('A file that is no usable model', () => {
  const other = (entries: Parameters<typeof withEntries>[1]) =>
    buildGguf(withEntries(tinyLlama({ blocks: 2 }), entries));
  const cases: [string, Uint8Array, RegExp][] = [
    ['is not a GGUF', Buffer.from('PK\x03\x04 this is a zip'), /prune-gguf: m\.gguf is not a GGUF file/],
    ['is empty', new Uint8Array(), /prune-gguf: m\.gguf/],
    [
      'has a truncated header',
      readFileSync(smollm2).subarray(0, 200_000),
      /ends inside the metadata \(key \d+ of 33/,
    ],
    ['has truncated data', tiny.subarray(0, tiny.length - 5000), /ends inside the tensor data/],
    [
      'is of an unknown architecture',
      other({ 'general.architecture': value.string('nonesuch') }),
      /architecture "nonesuch", whose blocks cannot be dropped: this version does not know it.*prune-gguf architectures/s,
    ],
    [
      'is a projector',
      other({ 'general.architecture': value.string('clip') }),
      /holds a multimodal projector, not a language model/,
    ],
    [
      'is a LoRA adapter',
      other({ 'general.type': value.string('adapter') }),
      /holds a LoRA adapter, not a language model/,
    ],
  ];
  it.each(cases)('%s: refused by name', async (_, bytes, message) => {
    await expectRefused(['m.gguf', ...quick], { code: 1, message, folder: folderWith('m.gguf', bytes) });
  });

  it('is missing: said so', async () => {
    await expectRefused(['nowhere.gguf', ...quick], { code: 1, message: /there is no file nowhere\.gguf/ });
  });
});

describe('A drop that cannot be', () => {
  it.each([
    [['--drop', '31'], 2, /there is no block 31: .* has blocks 0 to 29\./],
    [['--drop', '0-29'], 2, /all 30 blocks .* would be dropped/],
    [['--blocks', '30'], 2, /would leave none\. At most 29 can go/],
    [['--blocks', '-1'], 2, /must be 0, 1, 2/],
    [['--ratio', '1'], 2, /ratio must be at least 0 and less than 1, not 1/],
    [['--ratio', '2'], 2, /ratio must be at least 0 and less than 1, not 2/],
    [['--drop', '5-3'], 2, /"5-3" is neither a block nor a range/],
    [['--drop', '1', '--ratio', '0.1'], 2, /--ratio and --drop exclude each other/],
  ])('%j is refused', async (args, code, message) => {
    await expectRefused([smollm2, ...args, '-o', 'x.gguf', ...quick], { code, message });
  });
});

describe('An output that cannot be', () => {
  it('the model itself is refused, by its name and by links to it', async () => {
    const folder = folderWith('m.gguf', tiny);
    linkSync(path.join(folder, 'm.gguf'), path.join(folder, 'hard.gguf'));
    symlinkSync('m.gguf', path.join(folder, 'soft.gguf'));
    for (const output of ['m.gguf', './m.gguf', 'hard.gguf', 'soft.gguf']) {
      await expectRefused(['m.gguf', '--blocks', '1', '-o', output, '--overwrite', ...quick], {
        code: 1,
        message: /is the model itself/,
        folder,
      });
    }
  });

  it('an existing file is refused without --overwrite', async () => {
    const folder = folderWith('x.gguf', 'precious');
    await expectRefused([smollm2, '--blocks', '1', '-o', 'x.gguf', ...quick], {
      code: 1,
      message: /x\.gguf exists already\. Pass --overwrite/,
      folder,
    });
    expect(readFileSync(path.join(folder, 'x.gguf'), 'utf8')).toBe('precious');
  });

  it('a missing folder is refused', async () => {
    await expectRefused([smollm2, '--blocks', '1', '-o', 'none/x.gguf', ...quick], {
      code: 1,
      message: /the folder of none\/x\.gguf does not exist/,
    });
  });

  const isRoot = process.getuid?.() === 0;
  const itAsUser = isRoot || process.platform === 'win32' ? it.skip : it;
  itAsUser('a folder without permission is refused (skipped for root, who may write anywhere)', async () => {
    const folder = makeFolder();
    chmodSync(folder, 0o500);
    await expectRefused([smollm2, '--blocks', '1', '-o', 'x.gguf', ...quick], {
      code: 1,
      message: /no permission to write x\.gguf/,
      folder,
    });
    chmodSync(folder, 0o700);
  });

  const hasLimits = process.platform !== 'win32';
  (hasLimits ? it : it.skip)(
    'a file that grows past a limit of the system leaves nothing behind',
    async () => {
      await expectRefused([smollm2, '--blocks', '1', '-o', 'x.gguf', ...quick], {
        code: 1,
        message: /x\.gguf is larger than this filesystem or session allows/,
        through: ['bash', '-c', 'ulimit -f 20000; exec "$@"', 'bash'],
      });
    },
  );

  const canMount =
    process.platform === 'linux' &&
    spawnSync('unshare', ['-rm', 'sh', '-c', 'mount -t tmpfs none /mnt']).status === 0;
  (canMount ? it : it.skip)(
    'a full disk is said before anything is written (skipped where no small disk can be made)',
    async () => {
      const folder = makeFolder();
      await expectRefused([smollm2, '--blocks', '1', '-o', 'disk/x.gguf', ...quick], {
        code: 1,
        message: /the disk is too full: disk\/x\.gguf needs 9\d\.\d MB/,
        folder: (() => {
          spawnSync('mkdir', [path.join(folder, 'disk')]);
          return folder;
        })(),
        through: [
          'unshare',
          '-rm',
          'sh',
          '-c',
          'mount -t tmpfs -o size=20m none disk && "$@"; code=$?; ls -A disk; exit $code',
          'sh',
        ],
      });
    },
  );
});

describe('A calibration that cannot be', () => {
  it.each([
    ['c.txt', '', /c\.txt is empty/],
    ['c.txt', 'A few words only.', /too short: it has \d tokens, and two windows of 64 need 128/],
    ['c.json', '[[1, 2', /c\.json is not valid JSON/],
    ['c.json', '[[1, 2, 3], "x"]', /array of arrays of token ids.*window 1 is not/],
    ['c.json', '[[1, 2, 999999]]', /token 999999 in window 0, but the model's vocabulary ends at 49151/],
    ['c.txt', Buffer.from([0xff, 0xfe, 0x00, 0xd8]), /not UTF-8/],
  ])('%s holding %j is refused', async (name, content, message) => {
    await expectRefused(['score', smollm2, '--calibration', name, ...quick], {
      code: 1,
      message,
      folder: folderWith(name, content),
    });
  });

  it('a missing file is refused', async () => {
    await expectRefused(['score', smollm2, '--calibration', 'none.txt', ...quick], {
      code: 1,
      message: /there is no file none\.txt/,
    });
  });
});

describe('Wrong usage', () => {
  it.each([
    [['score', '--gpu', 'off'], /no model is named/],
    [['score', smollm2, '--metrics', 'x'], /unknown option --metrics\. Did you mean --metric\?/],
    [['score', smollm2, '--metric', 'magic'], /metric.*block-influence/s],
    [['scroe', smollm2], /there is no command scroe\. Did you mean prune-gguf score\?/],
    [['score', smollm2, '--windows', '0'], /number of windows must be 1, 2, 3/],
    [['score', smollm2, '--window-tokens', '4'], /a window must have 8 to 8192 tokens/],
    [['score', smollm2, '--window-tokens', '9000'], /a window must have 8 to 8192 tokens/],
    [['score', smollm2, '--threads', 'x'], /--threads must be a whole number/],
    [['score', smollm2, '--json', 'model.gguf'], /would write JSON into a model file/],
  ])('%j ends with exit code 2 and a sentence', async (args, message) => {
    const folder = makeFolder();
    const { code, stderr } = await runCli(args, { cwd: folder });
    expect(stderr).toMatch(/^prune-gguf: /);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^ +at /m);
    expect(code).toBe(2);
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('A damaged model that parses', () => {
  it('is refused with the words of llama.cpp, and nothing is written', async () => {
    const folder = makeFolder();
    const spec = withEntries(tinyLlama({ blocks: 3 }), { 'llama.attention.head_count': value.uint32(3) });
    writeFileSync(path.join(folder, 'm.gguf'), buildGguf(spec));
    copyFileSync(path.join(folder, 'm.gguf'), path.join(folder, 'copy.gguf'));
    await expectRefused(['m.gguf', '--blocks', '1', ...quick], {
      code: 1,
      message: /prune-gguf: .*m\.gguf/,
      folder,
    });
  });
});
