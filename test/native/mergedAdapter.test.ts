import { openModel, type Model } from '../../dist/index.js';
import { averageValues } from '../../dist/evaluate/index.js';
import { matrixKinds } from '../../dist/heal/index.js';
import { noDrop } from '../../dist/model/index.js';
import { listTrainedMatrices } from '../../dist/run/heal/trainedTensors.js';
import { weighColumns } from '../../dist/run/heal/weighColumns.js';
import { putRefitted } from '../../dist/run/heal/weights.js';
import { readCalibration } from '../../dist/score/index.js';
import { beginTraining } from '../../scripts/architectures/gradients.mjs';
import { sampleModelPath } from '../../scripts/sample-models.mjs';

const length = 96;
const none = { bypass: [], bypassAttention: [] };

async function cutBuiltIn(model: Model, count: number): Promise<readonly Int32Array[]> {
  const calibration = await readCalibration(undefined);
  if (calibration.kind !== 'text') throw new RangeError('the built-in calibration is a text');
  const tokens = await model.tokenize(calibration.text.slice(0, 8 * length * count));
  return Array.from({ length: count }, (_, i) => tokens.slice(i * length, (i + 1) * length));
}

describe('An adapter that is put into matrices of Q4_1', () => {
  it.each([
    ['as it is', false],
    ['with exact weights', true],
  ])(
    'is nearer to itself, run %s, where columns count by what they are multiplied with',
    async (_, exact) => {
      const file = sampleModelPath('smollm2');
      await using model = await openModel(file, { gpu: 'off', contextTokens: length });
      await using session = await openModel(file, {
        gpu: 'off',
        contextTokens: length,
        trained: true,
        exact,
        beside: model,
      });
      const windows = await cutBuiltIn(model, 6);
      const [tokens = new Int32Array(), ...others] = windows;
      await session.writeTrained(await beginTraining(session));
      const { top } = await session.runWindow({ tokens, losses: true, topTokens: 256 });
      const measureMerged = async () => {
        for (const { name, weight } of listTrainedMatrices(model, noDrop, matrixKinds, { type: undefined })) {
          const { type, inputs, place } = weight;
          await putRefitted(model, [
            { name, type, bytes: await session.mergeTrained({ name, inputs, type, place }) },
          ]);
        }
        const found = await model.runWindow({ tokens, losses: true, overridden: true, reference: top });
        return averageValues([found.divergences]).mean;
      };
      const alike = await measureMerged();
      await weighColumns(session, others, none, new Set(), {});
      const weighed = await measureMerged();
      expect(weighed).toBeGreaterThan(0);
      expect(weighed).toBeLessThan(0.8 * alike);
    },
  );
});
