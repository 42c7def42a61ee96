import { readFileSync } from 'node:fs';
import path from 'node:path';
import { readHeader } from '../../../src/gguf/index.js';
import { describeModel } from '../../../src/model/index.js';
import { applyPlan, planDrop, verifyFile } from '../../../src/rewrite/index.js';
import { buildGguf, value, writeTemp, type FixtureSpec } from '../../fixtures/buildGguf.js';
import { dropBlocks } from '../../fixtures/dropBlocks.js';
import { smallModel } from '../../fixtures/smallModel.js';

const [f32, f16] = [0, 1];

/** A gemma3 model whose queries' norm is 1, 2, 3, 4 in every block. */
function makeModel(blocks: number, type: number): FixtureSpec {
  const spec = smallModel({
    architecture: 'gemma3',
    blocks,
    entries: [
      { key: 'gemma3.attention.head_count', value: value.uint32(32) },
      { key: 'gemma3.attention.key_length', value: value.uint32(128) },
      { key: 'gemma3.embedding_length', value: value.uint32(5376) },
    ],
  });
  const payload = type === f32 ? new Uint8Array(Float32Array.of(1, 2, 3, 4).buffer) : new Uint8Array(8);
  const norms = Array.from({ length: blocks }, (_, block) => ({
    name: `blk.${block}.attn_q_norm.weight`,
    dimensions: [4],
    type,
    payload,
  }));
  return { ...spec, tensors: [...spec.tensors, ...norms] };
}

async function prune(spec: FixtureSpec, dropped: readonly number[]) {
  const source = await readHeader(writeTemp(buildGguf(spec)));
  const plan = planDrop(source, describeModel(source), dropBlocks(dropped), []);
  const target = path.join(path.dirname(source.path), 'out.gguf');
  await applyPlan(plan, target, { check: (partial) => verifyFile(plan, partial) });
  const { tensors, parts } = await readHeader(target);
  const bytes = readFileSync(target);
  return tensors
    .filter(({ name }) => name.endsWith('attn_q_norm.weight'))
    .map(({ offset }) => [0, 1, 2, 3].map((i) => bytes.readFloatLE(parts[0].dataOffset + offset + 4 * i)));
}

describe('The norm of the queries of gemma3', () => {
  it('takes over the attention scale that llama.cpp gives models of 62 blocks', async () => {
    const norms = await prune(makeModel(62, f32), [3, 40]);
    expect(norms).toHaveLength(60);
    const factor = Math.sqrt(128 / 168);
    for (const norm of norms) expect(norm).toEqual([1, 2, 3, 4].map((value) => Math.fround(value * factor)));
  });

  it.each([
    [62, []],
    [34, [3]],
  ])('stays as it is in a model of %i blocks without %j', async (blocks, dropped) => {
    for (const norm of await prune(makeModel(blocks, f32), dropped)) expect(norm).toEqual([1, 2, 3, 4]);
  });

  it('cannot take it over in another type than F32', async () => {
    await expect(prune(makeModel(62, f16), [3])).rejects.toMatchObject({
      code: 'DROP_REFUSED',
      message: expect.stringMatching(
        /^The tensor "blk\.0\.attn_q_norm\.weight" would have to take over a factor, .* these are F16\.$/,
      ) as string,
    });
  });
});
