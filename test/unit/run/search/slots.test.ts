import { describeModel } from '../../../../src/model/index.js';
import { countSlots } from '../../../../src/run/search/slots.js';
import { value, type TypedValue } from '../../../fixtures/buildGguf.js';
import { readKeyedModel } from '../../../fixtures/keyedModel.js';

type Keys = Readonly<Record<string, TypedValue>>;

async function count(architecture: string, keys: Keys, windows: readonly number[]): Promise<number> {
  const header = await readKeyedModel(architecture, 32, keys);
  const facts = { embedding: 2048 } as Parameters<typeof countSlots>[0]['facts'];
  const model = { header, description: describeModel(header), facts };
  return countSlots(
    model,
    windows.map((length) => new Int32Array(length)),
  );
}

const windows = (count: number, length: number) => Array.from({ length: count }, () => length);
const fourLanes = { 'hyper_connection.count': value.uint32(4) };

describe('Windows whose inputs of blocks are kept', () => {
  // 32 blocks of 2,048 numbers of 4 bytes for 512 tokens are an eighth of a GiB
  it.each<[string, Keys, number]>([
    ['llama', {}, 8],
    ['gemma3n', {}, 2],
    ['deepseek4', fourLanes, 2],
    ['qwen4exp', fourLanes, 2],
    ['hy_v4', fourLanes, 2],
    ['hy_v4', {}, 8],
  ])(
    'are as many as a GiB holds, all lanes of the stream counted (%s)',
    async (architecture, keys, expected) => {
      expect(await count(architecture, keys, windows(16, 512))).toBe(expected);
    },
  );

  it('are no more than there are', async () => {
    expect(await count('llama', {}, windows(3, 64))).toBe(3);
  });

  it('are none where one is too large', async () => {
    expect(await count('llama', {}, [4096, 64])).toBe(1);
    expect(await count('llama', {}, [4097, 64])).toBe(0);
    expect(await count('gemma3n', {}, [1025])).toBe(0);
  });
});
