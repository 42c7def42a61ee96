import { appendFileSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { PruneError } from '../../../src/errors.js';
import { readHeader } from '../../../src/gguf/index.js';
import {
  applyPlan,
  applyPlans,
  checkTarget,
  findPossibleTargets,
  verifyFile,
} from '../../../src/rewrite/index.js';
import { buildGguf, randomBytes, value, writeTemp } from '../../fixtures/buildGguf.js';
import { carryOut, carryOutAll, planFile, planSpec } from '../../fixtures/carryOut.js';
import { makeFolder } from '../../fixtures/makeFolder.js';
import { expectSameBytes } from '../../fixtures/sameBytes.js';
import { smallModel, withEntries } from '../../fixtures/smallModel.js';
import { partName, splitSpec, writeParts } from '../../fixtures/splitModel.js';

const KV = { 'llama.attention.head_count_kv': value.array(5, [4, 3, 2, 1, 4, 3].map(value.int32)) };
const MODEL = withEntries(smallModel({ blocks: 6 }), KV);
const OLD = 'what was there before';
const LIMIT = 900;

/** A plan that makes several files, and an empty folder for them. */
async function makeJob() {
  const { plan, source } = await planFile(writeParts(splitSpec(MODEL, [2, 9]))[0], [1], LIMIT);
  const folder = makeFolder();
  const count = plan.files.length;
  const parts = plan.files.map((_, index) => join(folder, partName('small', index, count)));
  return { plan, source, folder, target: join(folder, 'small.gguf'), parts };
}

describe('A split model that is pruned', () => {
  it.each<readonly [readonly number[], readonly number[]]>([
    [
      [1, 2],
      [3, 6],
    ],
    [[0, 5], [0]],
    [[], [1, 2, 3, 13]],
    [[2], [5, 5]],
  ])('without %j gives the same file as in one piece, cut at %j', async (dropped, ends) => {
    const split = await planFile(writeParts(splitSpec(MODEL, ends))[0], dropped);
    // of the same name, which stands in the file
    const whole = await planFile(writeTemp(buildGguf(MODEL), basename(split.source)), dropped);
    expectSameBytes(carryOut(split.plan), carryOut(whole.plan));
  });

  it('is written and passes when compared with its parts', async () => {
    const { plan, folder, target } = await makeJob();
    const single = { ...(await planFile(plan.source.path, [1])).plan };
    await applyPlan(single, target, { check: (partial) => verifyFile(single, partial) });
    expectSameBytes(readFileSync(target), carryOut(single));
    expect(readdirSync(folder)).toEqual(['small.gguf']);
  });

  it('does not keep bytes that follow the tensors of a part', async () => {
    const parts = splitSpec(MODEL, [3]).map((part) => ({ ...part, trailing: randomBytes(1, 33) }));
    expectSameBytes(
      carryOut((await planFile(writeParts(parts)[0], [])).plan),
      carryOut((await planSpec(MODEL, [])).plan),
    );
  });

  it.each([0, 1, 2])('is not written when its part %i changed', async (index) => {
    const job = await makeJob();
    appendFileSync(job.plan.source.parts[index]!.path, 'x');
    await expect(applyPlan(job.plan, job.target)).rejects.toMatchObject({
      code: 'FILE_CHANGED',
      message: expect.stringMatching(new RegExp(`^model-0000${index + 1}-of-00003\\.gguf changed`)) as string,
    });
    expect(readdirSync(job.folder)).toEqual([]);
  });
});

describe('Parts', () => {
  it('are written with the names that llama.cpp expects, and are one model again', async () => {
    const { plan, folder, target, parts } = await makeJob();
    const seen: string[] = [];
    await applyPlan(plan, target, {
      check: async (partial) => {
        seen.push(...readdirSync(folder));
        expect(basename(partial)).toBe(seen[0]);
        await verifyFile(plan, partial);
        expect((await readHeader(partial)).parts).toHaveLength(plan.files.length);
      },
    });
    expect(seen.every((name) => /^small\.gguf\.\d+-[0-9a-f]+\.part-0000\d-of-0000\d\.gguf$/.test(name))).toBe(
      true,
    );
    expect(readdirSync(folder).map((name) => join(folder, name))).toEqual(parts);
    carryOutAll(plan).forEach((bytes, index) => {
      expectSameBytes(readFileSync(parts[index]!), bytes);
    });
    const { tensors } = await readHeader(parts[0]!);
    const whole = await planSpec(MODEL, [1]);
    expect(tensors).toHaveLength(whole.header.tensors.length - 2);
    await expect(verifyFile(plan, parts[0]!)).resolves.toBeUndefined();
  });

  it('do not pass when a byte of any of them differs', async () => {
    const { plan, target, parts } = await makeJob();
    await applyPlan(plan, target);
    for (const [index, part] of parts.entries()) {
      const good = readFileSync(part);
      const bad = Buffer.from(good);
      const at = plan.files[index]!.ranges.at(-1)!.to;
      bad[at] = (bad[at] ?? 0) ^ 1;
      writeFileSync(part, bad);
      await expect(verifyFile(plan, parts[0]!)).rejects.toMatchObject({ code: 'VERIFY_FAILED' });
      writeFileSync(part, good);
    }
    truncateSync(parts[1]!, 100);
    await expect(verifyFile(plan, parts[0]!)).rejects.toBeInstanceOf(PruneError);
  });

  it('tell how much of all of them is written', async () => {
    const { plan, target } = await makeJob();
    const progress: (readonly [number, number])[] = [];
    await applyPlan(plan, target, { onProgress: (...step) => progress.push(step) });
    expect(new Set(progress.map(([, total]) => total))).toEqual(new Set([plan.fileBytes]));
    expect(progress.at(-1)![0]).toBe(plan.fileBytes);
  });

  it('are none when the work is cancelled in any of them', async () => {
    const { plan } = await makeJob();
    for (let stop = 0; stop < plan.files.length + 2; stop += 1) {
      const job = await makeJob();
      const controller = new AbortController();
      let calls = 0;
      const onProgress = () => {
        if (calls === stop) controller.abort();
        calls += 1;
      };
      const work = applyPlan(job.plan, job.target, { signal: controller.signal, onProgress });
      await expect(work).rejects.toMatchObject({ code: 'CANCELLED' });
      expect(readdirSync(job.folder)).toEqual([]);
    }
  });

  it('are none when a check fails', async () => {
    const { plan, target, folder } = await makeJob();
    const failure = new PruneError('VERIFY_FAILED', 'It differs.');
    await expect(applyPlan(plan, target, { check: () => Promise.reject(failure) })).rejects.toBe(failure);
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each([0, 1, 2])(
    'are none when somebody takes the name of part %i meanwhile, which stays',
    async (index) => {
      const { plan, target, parts, folder } = await makeJob();
      const check = () => {
        writeFileSync(parts[index]!, OLD);
        return Promise.resolve();
      };
      await expect(applyPlan(plan, target, { check })).rejects.toMatchObject({
        code: 'OUTPUT',
        message: `The output ${parts[index]} appeared while it was being written. It was left as it is.`,
      });
      expect(readdirSync(folder)).toEqual([basename(parts[index]!)]);
      expect(readFileSync(parts[index]!, 'utf8')).toBe(OLD);
    },
  );

  it('replace others with overwrite', async () => {
    const { plan, target, parts, folder } = await makeJob();
    parts.forEach((part) => {
      writeFileSync(part, OLD);
    });
    await applyPlan(plan, target, { overwrite: true });
    carryOutAll(plan).forEach((bytes, index) => {
      expectSameBytes(readFileSync(parts[index]!), bytes);
    });
    expect(readdirSync(folder)).toHaveLength(parts.length);
  });

  it('lie beside a companion, all or none', async () => {
    const { plan, target, folder, parts } = await makeJob();
    const companion = (await planSpec(smallModel({ blocks: 2 }), [1])).plan;
    const other = join(folder, 'other.gguf');
    const writes = [
      { plan, target },
      { plan: companion, target: other },
    ];
    const fail = () => {
      writeFileSync(parts[0]!, OLD);
      return Promise.resolve();
    };
    await expect(applyPlans(writes, { check: fail })).rejects.toMatchObject({ code: 'OUTPUT' });
    expect(readdirSync(folder)).toEqual([basename(parts[0]!)]);
    await applyPlans(writes, { overwrite: true });
    expect(readdirSync(folder).sort()).toEqual(['other.gguf', ...parts.map((part) => basename(part))].sort());
    expectSameBytes(readFileSync(other), carryOut(companion));
  });
});

describe('The targets of a split', () => {
  it('may be all parts that exist, of whatever number, and the file itself', async () => {
    const folder = makeFolder();
    for (const name of ['m-00001-of-00002.gguf', 'm-00004-of-00009.gguf', 'n-00001-of-00002.gguf', 'm.txt']) {
      writeFileSync(join(folder, name), OLD);
    }
    const target = join(folder, 'm.gguf');
    const found = await findPossibleTargets(target, 100);
    expect(found.map((path) => basename(path)).sort()).toEqual(
      ['m.gguf', 'm-00001-of-00002.gguf', 'm-00004-of-00009.gguf'].sort(),
    );
    expect(await findPossibleTargets(target, undefined)).toEqual([target]);
    expect(await findPossibleTargets(join(folder, 'none', 'm.gguf'), 1)).toHaveLength(1);
  });

  it('are refused where one is a part of the model', async () => {
    const paths = writeParts(splitSpec(MODEL, [3]));
    const sources = paths.map((path) => ({ path, noun: 'the model' }));
    await expect(checkTarget(sources, paths[1]!, true)).rejects.toMatchObject({
      code: 'OUTPUT',
      message: expect.stringMatching(/model-00002-of-00002\.gguf is the model itself/) as string,
    });
    expect(readdirSync(dirname(paths[0]))).toHaveLength(2);
  });
});
