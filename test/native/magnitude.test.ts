import { truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { openModel, type Model } from '../../dist/index.js';
import { measureMagnitudes } from '../../dist/run/measure/magnitudes.js';
import { buildGguf, tinyLlama, writeTemp, type FixtureTensor } from '../fixtures/buildGguf.js';
import { dequantise } from '../fixtures/dequantise.js';
import { makeFolder } from '../fixtures/makeFolder.js';
import { openTiny } from '../fixtures/openTiny.js';
import { randomBytes, randomFloats, randomQ4 } from '../fixtures/random.js';
import { bytesTensor } from '../fixtures/smallModel.js';
import { splitSpec, writeParts } from '../fixtures/splitModel.js';

const F32 = 0;
const Q4_0 = 2;
const Q8_0 = 8;
const I8 = 24;

/** 32 weights a block: a float16 scale of 1/128 to 1/64 and 32 random signed bytes. */
function randomQ8(seed: number, count: number): Uint8Array {
  const payload = randomBytes(seed, (count / 32) * 34);
  for (let at = 1; at < payload.length; at += 34) payload[at] = 0x20 + (payload[at]! & 3);
  return payload;
}

const sumOf = (tensor: FixtureTensor) =>
  dequantise(tensor).reduce((sum, weight) => sum + Math.abs(weight), 0);

describe('The magnitude of weights', () => {
  let model: Model;
  beforeAll(async () => {
    model = await openTiny();
  });
  afterAll(async () => {
    await model.close();
  });
  const place = (payload: Uint8Array, type: number, count: number) => {
    const file = path.join(makeFolder(), 'weights.bin');
    writeFileSync(file, Buffer.concat([randomBytes(1, 77), payload]));
    return { path: file, offset: 77, type, count };
  };

  it.each([
    ['F32', F32, 96, randomFloats(1, 96, -0.2, 1)],
    ['Q4_0', Q4_0, 96, randomQ4(2, 96)],
    ['Q8_0', Q8_0, 96, randomQ8(3, 96)],
    ['F32, more than are read at once', F32, 1_100_000, randomFloats(4, 1_100_000, 0, 1)],
    ['Q8_0, more than are read at once', Q8_0, 1_100_800, randomQ8(5, 1_100_800)],
  ])('is the sum of their absolute values (%s)', async (_, type, count, payload) => {
    const expected = sumOf({ name: '', dimensions: [count], type, payload });
    expect((await model.sumMagnitudes(place(payload, type, count))) / expected).toBeCloseTo(1, 6);
  });

  it('is refused for types that are no weights, unknown ones, and a file that ends too early', async () => {
    const payload = randomBytes(1, 64);
    const refused = (message: string) => ({ message: expect.stringContaining(message) as string });
    await expect(model.sumMagnitudes(place(payload, I8, 64))).rejects.toMatchObject(refused('type i8'));
    await expect(model.sumMagnitudes(place(payload, 99, 64))).rejects.toMatchObject(refused('type 99'));
    await expect(model.sumMagnitudes(place(payload, F32, 17))).rejects.toMatchObject(
      refused('cannot be read'),
    );
    await expect(model.sumMagnitudes(place(payload, Q4_0, 33))).rejects.toMatchObject(
      refused('blocks of 32'),
    );
    const infinite = new Uint8Array(Float32Array.of(1, Infinity).buffer);
    await expect(model.sumMagnitudes(place(infinite, F32, 2))).rejects.toMatchObject(
      refused('not all finite'),
    );
  });

  it('is no longer summed when it is cancelled, and the model goes on', async () => {
    const large = place(randomBytes(1, 4), F32, 2 ** 32);
    truncateSync(large.path, 77 + 4 * 2 ** 32);
    const cancelling = new AbortController();
    const summing = model.sumMagnitudes(large, { signal: cancelling.signal });
    cancelling.abort();
    await expect(summing).rejects.toMatchObject({ code: 'CANCELLED', cause: { code: 'NATIVE_FAILED' } });
    expect(await model.tokenize('a')).toHaveLength(1);
  });
});

describe('The magnitudes of blocks', () => {
  it('are those of their matrices, norms left out', async () => {
    const spec = tinyLlama({ blocks: 7 });
    await using model = await openModel(writeTemp(buildGguf(spec)), { gpu: 'off', threads: 1 });
    const progress: number[] = [];
    const sums = await measureMagnitudes(model, undefined, (done) => progress.push(done));
    expect(progress).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    sums.forEach((sum, block) => {
      const own = spec.tensors.filter(
        ({ name, dimensions }) => name.startsWith(`blk.${block}.`) && dimensions.length === 2,
      );
      expect(own).toHaveLength(7);
      expect(sum / own.reduce((total, tensor) => total + sumOf(tensor), 0)).toBeCloseTo(1, 6);
    });
    expect(new Set(sums).size).toBe(7);
  });

  it('are the same whether the model lies in one file or in several', async () => {
    const spec = tinyLlama({ blocks: 3 });
    const [first] = writeParts(splitSpec(spec, [9, 20, spec.tensors.length]));
    const measure = async (file: string) => {
      await using model = await openModel(file, { gpu: 'off', threads: 1 });
      return await measureMagnitudes(model, undefined, () => undefined);
    };
    expect(await measure(first)).toEqual(await measure(writeTemp(buildGguf(spec))));
  });

  it('are refused where matrices have scales of their own, by the tensor and with what to do', async () => {
    const spec = tinyLlama({ blocks: 2 });
    const scale = bytesTensor('blk.1.attn_q.scale', 1, 1);
    await using model = await openModel(writeTemp(buildGguf(spec)), { gpu: 'off', threads: 1 });
    const [first, second] = model.description.blocks;
    const tensors = [...second!.tensors, { ...scale, offset: 0, bytes: 1, part: 0 }];
    const description = { ...model.description, blocks: [first!, { ...second!, tensors }] };
    await expect(
      measureMagnitudes({ ...model, description }, undefined, () => undefined),
    ).rejects.toMatchObject({
      code: 'SCORE_UNDEFINED',
      message: expect.stringMatching(/block 1 .*blk\.1\.attn_q\.scale.*another --metric/) as string,
    });
  });
});
