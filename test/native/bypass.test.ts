import { join } from 'node:path';
import { openModel, writePruned, type Model } from '../../dist/index.js';
import { sampleModelPath } from '../../scripts/sample-models.mjs';
import { makeFolder } from '../fixtures/makeFolder.js';
import { takeWindow } from '../fixtures/textWindow.js';

const allBut = (count: number, kept: number) =>
  Array.from({ length: count }, (_, block) => block).filter((block) => block !== kept);

const models = [
  {
    title: 'SmolLM2',
    name: 'smollm2',
    drops: [
      ['the first block', [0]],
      ['the last block', [29]],
      ['a block in the middle', [14]],
      ['a run of blocks', [10, 11, 12]],
      ['a run up to the last block', [27, 28, 29]],
      ['scattered blocks', [2, 9, 17, 25]],
      ['all blocks but one', allBut(30, 4)],
      ['all blocks but the last', allBut(30, 29)],
    ],
  },
  {
    title: 'Gemma 3',
    name: 'gemma3',
    drops: [
      ['blocks before others that see the whole text', [3, 8]],
      ['all blocks that see the whole text', [5, 11, 17]],
      ['as many blocks as the pattern is long', [0, 1, 2, 3, 4, 5]],
    ],
  },
] as const;

describe.each(models)('$title', ({ name, drops }) => {
  let source: Model;
  let window: Int32Array;
  let whole: Float32Array;
  beforeAll(async () => {
    source = await openModel(sampleModelPath(name), { gpu: 'off', contextTokens: 128 });
    window = await takeWindow(source, 128);
    ({ losses: whole } = await source.runWindow({ tokens: window, losses: true }));
  });
  afterAll(async () => {
    await source.close();
  });

  it.each<readonly [string, readonly number[]]>(drops)(
    'written without %s (%j) has the losses of the original with these bypassed, to the last bit',
    async (_, dropped) => {
      const target = join(makeFolder(), 'pruned.gguf');
      await writePruned(source, dropped, target);
      await using pruned = await openModel(target, { gpu: 'off', contextTokens: 128 });
      const written = await pruned.runWindow({ tokens: window, losses: true });
      const bypassed = await source.runWindow({ tokens: window, losses: true, bypass: dropped });

      expect(pruned.facts.blocks).toBe(source.facts.blocks - dropped.length);
      expect(written).toEqual(bypassed);
      expect(bypassed.losses).toHaveLength(127);
      expect(bypassed.losses).not.toEqual(whole);
    },
  );
});
