import { readFileSync } from 'node:fs';
import path from 'node:path';
import { readHeader } from '../../../src/gguf/index.js';
import { describeModel } from '../../../src/model/index.js';
import { applyPlan, planDrop, verifyFile } from '../../../src/rewrite/index.js';
import { buildGguf, value, writeTemp, type FixtureSpec } from '../../fixtures/buildGguf.js';
import { dropBlocks } from '../../fixtures/dropBlocks.js';
import { smallModel } from '../../fixtures/smallModel.js';

const blocks = 4;
const rows = 5;

/** A gemma4 model whose two tensors outside of blocks have one segment a block; each byte tells where it was. */
function makeModel(type: number, segment: number, segmentBytes: number): FixtureSpec {
  const spec = smallModel({
    architecture: 'gemma4',
    blocks,
    entries: [
      { key: 'gemma4.attention.sliding_window_pattern', value: value.array(7, [1, 1, 1, 0].map(value.bool)) },
    ],
  });
  const fill = Buffer.from(
    Array.from({ length: rows * blocks * segmentBytes }, (_, i) => {
      const block = Math.floor(i / segmentBytes) % blocks;
      return block * 64 + Math.floor(i / (blocks * segmentBytes)) * 8 + (i % 8);
    }),
  );
  return {
    ...spec,
    tensors: [
      ...spec.tensors,
      { name: 'per_layer_token_embd.weight', dimensions: [segment * blocks, rows], type, payload: fill },
      {
        name: 'per_layer_model_proj.weight',
        dimensions: [8, blocks],
        type: 24,
        payload: fill.subarray(0, 8 * blocks),
      },
    ],
  };
}

async function prune(spec: FixtureSpec, dropped: readonly number[]) {
  const source = await readHeader(writeTemp(buildGguf(spec)));
  const plan = planDrop(source, describeModel(source), dropBlocks(dropped), []);
  const target = path.join(path.dirname(source.path), 'out.gguf');
  await applyPlan(plan, target, { check: (partial) => verifyFile(plan, partial) });
  const written = await readHeader(target);
  const read = (name: string, of: typeof source, file: string) => {
    const tensor = of.tensors.find((candidate) => candidate.name === name)!;
    const from = of.parts[0].dataOffset + tensor.offset;
    return { dimensions: tensor.dimensions, data: readFileSync(file).subarray(from, from + tensor.bytes) };
  };
  return { of: (name: string) => read(name, written, target) };
}

describe('A tensor with one segment for each block', () => {
  it.each([
    ['bytes', 24, 8, 8],
    ['blocks of quantised values', 8, 32, 34],
  ])('keeps those of the kept blocks in every row (%s)', async (_, type, segment, segmentBytes) => {
    const spec = makeModel(type, segment, segmentBytes);
    const source = Buffer.from(spec.tensors.at(-2)!.payload);
    const pruned = await prune(spec, [1]);
    const { dimensions, data } = pruned.of('per_layer_token_embd.weight');
    expect(dimensions).toEqual([segment * 3, rows]);
    const expected = Array.from({ length: rows }, (__, row) =>
      [0, 2, 3].map((block) => {
        const from = (row * blocks + block) * segmentBytes;
        return source.subarray(from, from + segmentBytes);
      }),
    ).flat();
    expect(data.equals(Buffer.concat(expected))).toBe(true);
  });

  it('keeps those of the kept blocks along its last dimension', async () => {
    const { dimensions, data } = (await prune(makeModel(24, 8, 8), [0, 2])).of('per_layer_model_proj.weight');
    expect(dimensions).toEqual([8, 2]);
    expect([...new Set([...data].map((byte) => byte >> 6))]).toEqual([1, 3]);
  });

  it('is refused where a segment is no whole number of quantised blocks', async () => {
    await expect(prune(makeModel(8, 16, 17), [1])).rejects.toMatchObject({
      code: 'DROP_REFUSED',
      message:
        'The tensor "per_layer_token_embd.weight" of 64 x 5 cannot be cut into one segment for each of 4 blocks ' +
        'without taking Q8_0 values apart.',
    });
  });
});
