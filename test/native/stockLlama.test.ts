import { join } from 'node:path';
import { measureInStock } from '../../dist/evaluate/index.js';
import { openModel, writePruned } from '../../dist/index.js';
import { sampleModelPath } from '../../scripts/sample-models.mjs';
import { largestDifference } from '../fixtures/largestDifference.js';
import { makeFolder } from '../fixtures/makeFolder.js';
import { takeWindow } from '../fixtures/textWindow.js';

const places = [1, 2, 5, 9, 17, 24, 31];

/** The losses of some tokens in stock llama.cpp, of a file without some blocks; and what they are to be. */
async function judge(name: 'smollm2' | 'gemma3', dropped: readonly number[]) {
  const target = join(makeFolder(), 'pruned.gguf');
  await using model = await openModel(sampleModelPath(name), { gpu: 'off' });
  await writePruned(model, dropped, target);
  const tokens = await takeWindow(model, 32);
  const { losses } = await model.runWindow({ tokens, losses: true, bypass: dropped });
  return {
    found: await measureInStock(target, tokens, places),
    expected: places.map((place) => losses[place - 1] ?? NaN),
  };
}

describe('Stock llama.cpp', () => {
  it.each<readonly ['smollm2' | 'gemma3', readonly number[]]>([
    ['smollm2', [13, 14, 17]],
    ['gemma3', [3, 8]],
  ])('gives the pruned file of %s without %j the losses of the bypassed original', async (name, dropped) => {
    const { found, expected } = await judge(name, dropped);
    expect(largestDifference(found, expected)).toBeLessThan(0.05);
  });

  it('gives a number for a token that the pruned model holds impossible', async () => {
    const { found, expected } = await judge(
      'smollm2',
      Array.from({ length: 29 }, (_, block) => block),
    );
    expect(Math.max(...expected)).toBeGreaterThan(104);
    expect(found.filter((loss) => typeof loss !== 'number')).toEqual([]);
  });
});
