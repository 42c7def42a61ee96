import { join } from 'node:path';
import { findEntry, getArray, readHeader } from '../../dist/gguf/index.js';
import { openModel, writePruned } from '../../dist/index.js';
import { sampleModelPath } from '../../scripts/sample-models.mjs';
import { copyWithoutKey } from '../fixtures/removeKey.js';
import { largestDifference } from '../fixtures/largestDifference.js';
import { makeFolder } from '../fixtures/makeFolder.js';
import { takeWindow } from '../fixtures/textWindow.js';

const key = 'gemma3.attention.sliding_window_pattern';
const source = sampleModelPath('gemma3');

describe('Gemma 3, of whose blocks every sixth sees the whole text,', () => {
  it.each<readonly [string, readonly number[], readonly number[]]>([
    ['in other places', [3, 8], [4, 9, 15]],
    ['nowhere', [5, 11, 17], []],
  ])('says of each block what it sees when a drop leaves those %s', async (_, dropped, full) => {
    const target = join(makeFolder(), 'pruned.gguf');
    await writePruned(source, dropped, target);
    const pattern = getArray(await readHeader(target), key)?.values ?? [];
    expect(pattern).toHaveLength(18 - dropped.length);
    expect(pattern.flatMap((isSliding, block) => (isSliding === true ? [] : [block]))).toEqual(full);
  });

  it('needs to say nothing when a drop leaves every sixth one in its place', async () => {
    const target = join(makeFolder(), 'pruned.gguf');
    await writePruned(source, [0, 1, 2, 3, 4, 5], target);
    expect(findEntry(await readHeader(target), key)).toBeUndefined();
  });

  it.each<readonly [string, readonly number[]]>([
    ['in other places', [3, 8]],
    ['nowhere', [5, 11, 17]],
  ])('would be another model if the file did not say that those are %s', async (_, dropped) => {
    const folder = makeFolder();
    const [right, wrong] = [join(folder, 'right.gguf'), join(folder, 'wrong.gguf')];
    await writePruned(source, dropped, right);
    await copyWithoutKey(right, key, wrong);

    const losses: Float32Array[] = [];
    for (const file of [right, wrong]) {
      await using model = await openModel(file, { gpu: 'off', contextTokens: 128 });
      const { losses: found } = await model.runWindow({ tokens: await takeWindow(model, 128), losses: true });
      losses.push(found);
    }
    expect(largestDifference(losses[0]!, losses[1]!)).toBeGreaterThan(0.1);
  });
});
