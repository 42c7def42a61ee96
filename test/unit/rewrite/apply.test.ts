import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { PruneError } from '../../../src/errors.js';
import { applyPlan, checkTarget } from '../../../src/rewrite/index.js';
import { randomBytes, tinyLlama } from '../../fixtures/buildGguf.js';
import { carryOut, planSpec, type Planned } from '../../fixtures/carryOut.js';
import { expectSameBytes } from '../../fixtures/sameBytes.js';
import { largeTensor, smallModel } from '../../fixtures/smallModel.js';

interface Job extends Planned {
  readonly folder: string;
  readonly target: string;
}

/** A planned file, the only one in its folder, and a name beside it. */
async function makeJob(spec = smallModel({ blocks: 4 }), dropped = [1]): Promise<Job> {
  const planned = await planSpec(spec, dropped);
  const folder = dirname(planned.source);
  return { ...planned, folder, target: join(folder, 'small.gguf') };
}

/** The names of all files beside the source. */
const others = ({ folder }: Job) => readdirSync(folder).filter((name) => name !== 'model.gguf');

const asModel = (path: string) => [{ path, noun: 'the model' }];

const OLD = 'what was there before';
const itUnlessRoot = process.getuid?.() === 0 ? it.skip : it;

describe('A plan that is carried out', () => {
  it('gives the planned file and nothing else', async () => {
    const job = await makeJob(tinyLlama({ blocks: 4 }), [1, 2]);
    const before = readFileSync(job.source);
    await applyPlan(job.plan, job.target);
    expectSameBytes(readFileSync(job.target), carryOut(job.plan));
    expect(others(job)).toEqual(['small.gguf']);
    expectSameBytes(readFileSync(job.source), before);
  });

  it('gives the planned file also where it is larger than what is copied at once', async () => {
    const spec = smallModel({ blocks: 2 });
    const large = largeTensor('blk.1.large.weight');
    const job = await makeJob(
      { ...spec, tensors: [...spec.tensors, large], trailing: randomBytes(1, 9) },
      [0],
    );
    await applyPlan(job.plan, job.target);
    expectSameBytes(readFileSync(job.target), carryOut(job.plan));
  });

  it('hands the finished file to the check before it gets its name', async () => {
    const job = await makeJob();
    let seen = '';
    await applyPlan(job.plan, job.target, {
      check: (partial) => {
        seen = basename(partial);
        expect(dirname(partial)).toBe(job.folder);
        expect(existsSync(job.target)).toBe(false);
        expectSameBytes(readFileSync(partial), carryOut(job.plan));
        return Promise.resolve();
      },
    });
    expect(seen).toMatch(/^small\.gguf\..*\.part$/);
    expect(others(job)).toEqual(['small.gguf']);
  });

  it('tells how much is written, of how much', async () => {
    const job = await makeJob(tinyLlama({ blocks: 3 }), [1]);
    const progress: number[] = [];
    await applyPlan(job.plan, job.target, {
      onProgress: (written, total) => {
        expect(total).toBe(job.plan.fileBytes);
        progress.push(written);
      },
    });
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));
    expect(progress.length).toBeGreaterThan(1);
    expect(progress.at(-1)).toBe(job.plan.fileBytes);
  });

  it('tells in the end that all is written, padding included', async () => {
    const job = await makeJob(smallModel({ blocks: 4 }), [1]);
    let last = 0;
    await applyPlan(job.plan, job.target, { onProgress: (written) => (last = written) });
    expect(last).toBe(job.plan.fileBytes);
  });
});

describe('A target that exists', () => {
  it('is refused and kept without overwrite', async () => {
    const job = await makeJob();
    writeFileSync(job.target, OLD);
    await expect(checkTarget(asModel(job.source), job.target, false)).rejects.toMatchObject({
      name: 'PruneError',
      code: 'OUTPUT',
      message: `The output ${job.target} exists already. Pass --overwrite to replace it, or -o to choose another name.`,
    });
    expect(readFileSync(job.target, 'utf8')).toBe(OLD);
  });

  it('is kept without overwrite even where it appeared during the work', async () => {
    const job = await makeJob();
    const check = () => {
      writeFileSync(job.target, OLD);
      return Promise.resolve();
    };
    await expect(applyPlan(job.plan, job.target, { check })).rejects.toMatchObject({
      code: 'OUTPUT',
      message: `The output ${job.target} appeared while it was being written. It was left as it is.`,
    });
    expect(readFileSync(job.target, 'utf8')).toBe(OLD);
    expect(others(job)).toEqual(['small.gguf']);
  });

  it('is replaced with overwrite', async () => {
    const job = await makeJob();
    writeFileSync(job.target, OLD);
    await checkTarget(asModel(job.source), job.target, true);
    await applyPlan(job.plan, job.target, { overwrite: true });
    expectSameBytes(readFileSync(job.target), carryOut(job.plan));
    expect(others(job)).toEqual(['small.gguf']);
  });

  it('is what it was when a check fails, overwrite or not', async () => {
    for (const overwrite of [true, false]) {
      const job = await makeJob();
      writeFileSync(job.target, OLD);
      const failure = new PruneError('VERIFY_FAILED', 'It differs.');
      const check = () => Promise.reject(failure);
      await expect(applyPlan(job.plan, job.target, { overwrite, check })).rejects.toBe(failure);
      expect(readFileSync(job.target, 'utf8')).toBe(OLD);
      expect(others(job)).toEqual(['small.gguf']);
    }
  });
});

describe('A target that is the source is refused, overwrite or not,', () => {
  it.each([
    ['under its own name', (source: string) => source],
    ['under another spelling', (source: string) => join(dirname(source), '.', 'x', '..', basename(source))],
    [
      'through a symbolic link',
      (source: string) => {
        symlinkSync(source, `${source}.link`);
        return `${source}.link`;
      },
    ],
    [
      'through a hard link',
      (source: string) => {
        linkSync(source, `${source}.link`);
        return `${source}.link`;
      },
    ],
  ])('%s', async (_, makeTarget) => {
    const { source } = await makeJob();
    mkdirSync(join(dirname(source), 'x'));
    const before = readFileSync(source);
    const target = makeTarget(source);
    for (const overwrite of [false, true]) {
      await expect(checkTarget(asModel(source), target, overwrite)).rejects.toMatchObject({
        code: 'OUTPUT',
        message: `The output ${target} is the model itself. Choose another name with -o.`,
      });
    }
    expectSameBytes(readFileSync(source), before);
  });

  it('when the source is given through a symbolic link', async () => {
    const { source } = await makeJob();
    symlinkSync(source, `${source}.link`);
    await expect(checkTarget(asModel(`${source}.link`), source, true)).rejects.toMatchObject({
      code: 'OUTPUT',
    });
  });
});

describe('A place that cannot be written', () => {
  it('is accepted when it can', async () => {
    const job = await makeJob();
    await expect(checkTarget(asModel(job.source), job.target, false)).resolves.toBeUndefined();
    expect(others(job)).toEqual([]);
  });

  it('is refused when its folder does not exist', async () => {
    const job = await makeJob();
    const target = join(job.folder, 'no\u0007where', 'small.gguf');
    const refusal = {
      name: 'PruneError',
      code: 'OUTPUT',
      message: `The folder of ${job.folder}/no\\u0007where/small.gguf does not exist.`,
    };
    await expect(checkTarget(asModel(job.source), target, true)).rejects.toMatchObject(refusal);
    await expect(applyPlan(job.plan, target)).rejects.toMatchObject(refusal);
    expect(others(job)).toEqual([]);
  });

  it('is refused when it is a folder', async () => {
    const job = await makeJob();
    await expect(checkTarget(asModel(job.source), job.folder, true)).rejects.toMatchObject({
      code: 'OUTPUT',
      message: `The output ${job.folder} is a folder. Give the name of a file.`,
    });
  });

  itUnlessRoot('is refused when there is no permission', async () => {
    const job = await makeJob();
    const closed = join(job.folder, 'closed');
    mkdirSync(closed);
    chmodSync(closed, 0o500);
    const refusal = {
      code: 'OUTPUT',
      message: expect.stringMatching(/^There is no permission to write/) as string,
    };
    await expect(checkTarget(asModel(job.source), join(closed, 'a.gguf'), true)).rejects.toMatchObject(
      refusal,
    );
    await expect(applyPlan(job.plan, join(closed, 'a.gguf'))).rejects.toMatchObject(refusal);
  });

  it('is refused before any work when its folder is a file', async () => {
    const job = await makeJob();
    const file = join(job.folder, 'file');
    writeFileSync(file, OLD);
    chmodSync(file, 0o700);
    await expect(checkTarget(asModel(job.source), join(file, 'small.gguf'), true)).rejects.toMatchObject({
      code: 'OUTPUT',
      message: `The folder of ${file}/small.gguf is not a folder.`,
    });
  });

  it('is refused when it is neither a file nor a folder', async () => {
    const job = await makeJob();
    execFileSync('mkfifo', [job.target]);
    await expect(checkTarget(asModel(job.source), job.target, true)).rejects.toMatchObject({
      code: 'OUTPUT',
    });
  });

  it('is refused before any work when it is a symbolic link to nothing', async () => {
    const job = await makeJob();
    symlinkSync(join(job.folder, 'nothing'), job.target);
    await expect(checkTarget(asModel(job.source), job.target, false)).rejects.toMatchObject({
      code: 'OUTPUT',
    });
  });

  it('is refused when its name is too long', async () => {
    const job = await makeJob();
    await expect(applyPlan(job.plan, join(job.folder, 'x'.repeat(254)))).rejects.toMatchObject({
      name: 'PruneError',
      code: 'OUTPUT',
    });
  });
});

describe('Cancelled work leaves neither the target nor a part of it', () => {
  const cancelled = { name: 'PruneError', code: 'CANCELLED', message: 'Cancelled. Nothing was written.' };

  it('before it starts', async () => {
    const job = await makeJob();
    const signal = AbortSignal.abort();
    await expect(applyPlan(job.plan, job.target, { signal })).rejects.toMatchObject(cancelled);
    expect(others(job)).toEqual([]);
  });

  it('while it writes', async () => {
    const job = await makeJob(tinyLlama({ blocks: 4 }), [0, 2]);
    const controller = new AbortController();
    let calls = 0;
    const onProgress = () => {
      calls += 1;
      expect(others(job)).toHaveLength(1);
      controller.abort();
    };
    await expect(
      applyPlan(job.plan, job.target, { signal: controller.signal, onProgress }),
    ).rejects.toMatchObject(cancelled);
    expect(calls).toBe(1);
    expect(others(job)).toEqual([]);
  });

  it.each([
    ['succeeds', () => Promise.resolve()],
    ['fails', () => Promise.reject(new PruneError('VERIFY_FAILED', 'It differs.'))],
  ])('during a check that %s', async (_, result) => {
    const job = await makeJob();
    const controller = new AbortController();
    const check = () => {
      controller.abort();
      return result();
    };
    await expect(applyPlan(job.plan, job.target, { signal: controller.signal, check })).rejects.toMatchObject(
      cancelled,
    );
    expect(others(job)).toEqual([]);
  });

  it('and keeps the file that was to be replaced', async () => {
    const job = await makeJob();
    writeFileSync(job.target, OLD);
    const options = { overwrite: true, signal: AbortSignal.abort() };
    await expect(applyPlan(job.plan, job.target, options)).rejects.toMatchObject(cancelled);
    expect(readFileSync(job.target, 'utf8')).toBe(OLD);
    expect(others(job)).toEqual(['small.gguf']);
  });
});

describe('Work that fails', () => {
  it('in a check leaves nothing behind and throws what the check threw', async () => {
    const job = await makeJob();
    const failure = new Error('not one of ours');
    const check = () => Promise.reject(failure);
    await expect(applyPlan(job.plan, job.target, { check })).rejects.toBe(failure);
    expect(others(job)).toEqual([]);
  });
});

describe('A source that changed', () => {
  async function expectChanged(job: Job, options?: Parameters<typeof applyPlan>[2]): Promise<void> {
    await expect(applyPlan(job.plan, job.target, options)).rejects.toMatchObject({
      name: 'PruneError',
      code: 'FILE_CHANGED',
    });
    expect(others(job)).toEqual([]);
  }

  it.each([
    [
      'longer',
      (source: string) => {
        appendFileSync(source, 'x');
      },
    ],
    [
      'shorter',
      (source: string) => {
        truncateSync(source, 100);
      },
    ],
  ])('after planning is found when it is %s', async (_, change) => {
    const job = await makeJob();
    change(job.source);
    await expectChanged(job);
  });

  it('is told with its name and the size that it had', async () => {
    const job = await makeJob();
    appendFileSync(job.source, 'x');
    const bytes = job.header.fileBytes.toLocaleString('en');
    await expect(applyPlan(job.plan, job.target)).rejects.toThrow(
      `model.gguf changed, or can no longer be read, since its header was read (it had ${bytes} bytes). Nothing was written.`,
    );
  });

  it.each([
    [
      'grows',
      (source: string) => {
        appendFileSync(source, 'x');
      },
    ],
    [
      'is cut off',
      (source: string) => {
        truncateSync(source, 100);
      },
    ],
    [
      'is touched',
      (source: string) => {
        utimesSync(source, 0, 0);
      },
    ],
  ])('during the work is found when it %s', async (_, change) => {
    const job = await makeJob(tinyLlama({ blocks: 4 }), [1]);
    let calls = 0;
    const onProgress = () => {
      calls += 1;
      if (calls === 1) change(job.source);
    };
    await expectChanged(job, { onProgress });
    expect(calls).toBeGreaterThan(0);
  });

  it('after planning is found when it is gone', async () => {
    const job = await makeJob();
    rmSync(job.source);
    await expectChanged(job);
  });

  it('after planning is found when it has the same size but another content', async () => {
    const job = await makeJob();
    const bytes = readFileSync(job.source);
    writeFileSync(job.source, bytes.fill(0, bytes.length - 8));
    utimesSync(job.source, 0, 0);
    await expectChanged(job);
  });
});
