import { openModel } from '../../dist/index.js';
import { sampleModelPath } from '../../scripts/sample-models.mjs';
import { itOnLinux, readPeakMemory } from '../fixtures/processes.js';
import { takeWindow } from '../fixtures/textWindow.js';

describe('A window of which no losses are asked', () => {
  itOnLinux('computes no logits: Gemma 3 takes 200 MB less at its peak', async () => {
    await using model = await openModel(sampleModelPath('gemma3'), { gpu: 'off', contextTokens: 512 });
    const tokens = await takeWindow(model, 512);
    const scored = await model.runWindow({ tokens, gram: true });
    const scoringPeak = readPeakMemory(model.pid);
    const judged = await model.runWindow({ tokens, losses: true });
    const judgingPeak = readPeakMemory(model.pid);

    expect(scored.gram).toHaveLength(512 * 19 * 19);
    expect(scored.losses).toHaveLength(0);
    expect(judged.losses).toHaveLength(511);
    expect(scoringPeak).toBeGreaterThan(200);
    expect(judgingPeak - scoringPeak).toBeGreaterThan(200);
  });
});
