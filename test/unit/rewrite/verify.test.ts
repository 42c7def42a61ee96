import fc from 'fast-check';
import { appendFileSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { PruneError } from '../../../src/errors.js';
import { applyPlan, verifyFile } from '../../../src/rewrite/index.js';
import { randomBytes, tinyLlama, writeTemp, type FixtureSpec } from '../../fixtures/buildGguf.js';
import { carryOut, planSpec, type Planned } from '../../fixtures/carryOut.js';
import { largeTensor, smallModel } from '../../fixtures/smallModel.js';

interface Written extends Planned {
  readonly file: string;
}

async function write(spec: FixtureSpec, dropped: readonly number[]): Promise<Written> {
  const planned = await planSpec(spec, dropped);
  return { ...planned, file: writeTemp(carryOut(planned.plan), 'small.gguf') };
}

function flip(file: string, at: number): void {
  const bytes = readFileSync(file);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  writeFileSync(file, bytes);
}

const SPEC: FixtureSpec = { ...smallModel({ blocks: 4 }), trailing: randomBytes(3, 21) };

describe('A written file', () => {
  it.each<readonly [string, FixtureSpec, readonly number[]]>([
    ['without some blocks', SPEC, [0, 2]],
    ['with all blocks', SPEC, []],
    ['of a whole model', tinyLlama({ blocks: 3 }), [1]],
  ])('passes %s', async (_, spec, dropped) => {
    const { plan, file } = await write(spec, dropped);
    await expect(verifyFile(plan, file)).resolves.toBeUndefined();
  });

  it('passes as the check of applyPlan', async () => {
    const { plan, source } = await planSpec(SPEC, [1]);
    const target = `${source}.small`;
    await applyPlan(plan, target, { check: (partial) => verifyFile(plan, partial) });
    await expect(verifyFile(plan, target)).resolves.toBeUndefined();
  });

  it('does not pass when any byte of its data differs from the source', async () => {
    const { plan, file } = await write(SPEC, [1, 2]);
    const good = readFileSync(file);
    const places = plan.files[0].ranges.flatMap(({ to, bytes }) =>
      Array.from({ length: bytes }, (_, i) => to + i),
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...places), fc.integer({ min: 1, max: 255 }), async (at, change) => {
        const bad = Buffer.from(good);
        bad[at] = (good[at] ?? 0) ^ change;
        writeFileSync(file, bad);
        await expect(verifyFile(plan, file)).rejects.toMatchObject({
          name: 'PruneError',
          code: 'VERIFY_FAILED',
          message: expect.stringMatching(
            /^The written file differs from what was planned near byte [\d,]+\./,
          ) as string,
        });
      }),
    );
  });

  it.each([0, 4 * 1024 * 1024 - 1, 4 * 1024 * 1024, 4_300_000])(
    'does not pass when byte %i of a large tensor differs, which is told to a few MiB',
    async (at) => {
      const spec = smallModel({ blocks: 2 });
      const { plan, file } = await write(
        { ...spec, tensors: [largeTensor('blk.1.large.weight'), ...spec.tensors] },
        [0],
      );
      const start = plan.files[0].ranges[0]?.to ?? NaN;
      flip(file, start + at);
      const failure: unknown = await verifyFile(plan, file).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(PruneError);
      const near = Number(
        /near byte ([\d,]+)/.exec((failure as PruneError).message)?.[1]?.replaceAll(',', ''),
      );
      expect(near).toBeLessThanOrEqual(start + at);
      expect(near).toBeGreaterThan(start + at - 4 * 1024 * 1024);
    },
  );

  it('does not pass when a byte of its header differs from the plan', async () => {
    const { plan, file } = await write(SPEC, [1]);
    flip(file, readFileSync(file).indexOf('Small Model'));
    await expect(verifyFile(plan, file)).rejects.toMatchObject({ code: 'VERIFY_FAILED' });
  });

  it('does not pass when a byte of its padding is not zero', async () => {
    const { plan, file } = await write(SPEC, [1]);
    const isCopied = (at: number) =>
      plan.files[0].ranges.some(({ to, bytes }) => at >= to && at < to + bytes);
    const places = Array.from({ length: plan.fileBytes }, (_, at) => at);
    flip(file, places.find((at) => at >= plan.files[0].header.length && !isCopied(at)) ?? NaN);
    await expect(verifyFile(plan, file)).rejects.toMatchObject({ code: 'VERIFY_FAILED' });
  });

  it('does not pass when it is longer than planned', async () => {
    const { plan, file } = await write(SPEC, [1]);
    appendFileSync(file, 'x');
    const planned = plan.fileBytes.toLocaleString('en');
    const found = (plan.fileBytes + 1).toLocaleString('en');
    await expect(verifyFile(plan, file)).rejects.toMatchObject({
      code: 'VERIFY_FAILED',
      message: `The written file has ${found} bytes, ${planned} were planned. It was removed.`,
    });
  });

  it('does not pass when it is shorter than planned', async () => {
    const trailing = await write(SPEC, [1]);
    truncateSync(trailing.file, trailing.plan.fileBytes - 1);
    await expect(verifyFile(trailing.plan, trailing.file)).rejects.toMatchObject({ code: 'VERIFY_FAILED' });
    const data = await write(smallModel({ blocks: 2 }), [1]);
    truncateSync(data.file, data.plan.fileBytes - 60);
    await expect(verifyFile(data.plan, data.file)).rejects.toMatchObject({ code: 'GGUF_DAMAGED' });
  });

  it('does not pass when its source was cut off meanwhile', async () => {
    const { plan, file, source } = await write(SPEC, [1]);
    truncateSync(source, 600);
    await expect(verifyFile(plan, file)).rejects.toMatchObject({ code: 'FILE_CHANGED' });
  });

  it('is no longer looked at when the work is cancelled', async () => {
    const { plan, file } = await write(SPEC, [1]);
    await expect(verifyFile(plan, file, AbortSignal.abort())).rejects.toThrow(/abort|cancel/i);
  });
});
