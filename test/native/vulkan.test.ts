import { join } from 'node:path';
import { openModel, scoreBlocks, writePruned, type BlockScores } from '../../dist/index.js';
import { sampleModelPath } from '../../scripts/sample-models.mjs';
import { largestDifference } from '../fixtures/largestDifference.js';
import { makeFolder } from '../fixtures/makeFolder.js';
import { reference, referenceWindows } from '../fixtures/reference.js';
import { writeTemp } from '../fixtures/writeTemp.js';

const source = sampleModelPath('smollm2');
const isWanted = Boolean(process.env['PRUNE_GGUF_TEST_VULKAN']);
const describeVulkan = isWanted ? describe : describe.skip;

describeVulkan(`On Vulkan${isWanted ? '' : ' (skipped: PRUNE_GGUF_TEST_VULKAN is not set)'}, SmolLM2`, () => {
  let scores: BlockScores;
  beforeAll(async () => {
    const windows = Buffer.from(JSON.stringify(reference.windows));
    await using model = await openModel(source, { gpu: 'vulkan' });
    expect(model.backend).toBe('vulkan');
    scores = await scoreBlocks(model, { calibration: writeTemp(windows, 'windows.json') });
  });

  it('has the block influences that numpy computes', () => {
    expect(largestDifference(scores.blockInfluence, reference.block_influence)).toBeLessThan(2e-3);
  });

  it('has the relative magnitudes that numpy computes', () => {
    expect(largestDifference(scores.relativeMagnitude, reference.relative_magnitude)).toBeLessThan(2e-3);
  });

  it.each([[[0]], [[29]], [[10, 11, 12]]])(
    'written without the blocks %j has the losses of the original with these bypassed',
    async (dropped) => {
      const target = join(makeFolder(), 'pruned.gguf');
      await writePruned(source, dropped, target);
      const tokens = referenceWindows[0]!.slice(0, 24);
      await using model = await openModel(source, { gpu: 'vulkan' });
      await using pruned = await openModel(target, { gpu: 'vulkan' });
      const whole = await model.runWindow({ tokens, losses: true });
      const bypassed = await model.runWindow({ tokens, losses: true, bypass: dropped });
      const written = await pruned.runWindow({ tokens, losses: true });
      expect(largestDifference(written.losses, bypassed.losses)).toBeLessThan(1e-3);
      expect(largestDifference(bypassed.losses, whole.losses)).toBeGreaterThan(0.1);
    },
  );
});
