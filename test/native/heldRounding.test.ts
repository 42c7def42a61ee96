import { openModel } from '../../dist/index.js';
import { averageValues } from '../../dist/evaluate/index.js';
import { matrixKinds } from '../../dist/heal/index.js';
import { noDrop } from '../../dist/model/index.js';
import { listTrainedMatrices } from '../../dist/run/heal/trainedTensors.js';
import { putRefitted } from '../../dist/run/heal/weights.js';
import { beginTraining, compareGradient } from '../../scripts/architectures/gradients.mjs';
import { sampleModelPath } from '../../scripts/sample-models.mjs';
import { openTiny } from '../fixtures/openTiny.js';

const text = 'The river ran past the old mill, and nobody had asked it why it did. The wheel stood still.';

const file = sampleModelPath('smollm2');
const settings = { gpu: 'off', contextTokens: 64, exact: true } as const;

describe('A session whose matrices of Q4_1 are held as they would be merged', () => {
  it('passes as the model that they are merged into, and has gradients from there', async () => {
    await using model = await openModel(file, settings);
    await using session = await openModel(file, { ...settings, trained: true, beside: model });
    const tokens = await model.tokenize(text);
    const drawn = await beginTraining(session);
    // changes that are large against what Q8_0, which the held ones have, rounds
    const values = drawn.values.map((list, i) =>
      drawn.names[i]?.endsWith('.lora_b') ? list.map((value) => 20 * value) : list,
    );
    const state = { ...drawn, values };
    await session.writeTrained(state);

    const floats = await session.runWindow({ tokens, losses: true, overridden: true, topTokens: 256 });
    for (const { name, weight } of listTrainedMatrices(model, noDrop, matrixKinds, { type: undefined })) {
      const { type, inputs, place } = weight;
      const bytes = await session.mergeTrained({ name, inputs, type, place });
      await putRefitted(model, [{ name, type, bytes }]);
      // anew, as after more steps
      for (let i = 0; i < 2; i++) await session.holdRounding({ name, inputs, type, place });
    }
    const merged = await model.runWindow({ tokens, losses: true, overridden: true, topTokens: 256 });
    const measure = async (reference: typeof merged.top) => {
      const request = { tokens, losses: true, overridden: true, reference };
      return averageValues([(await session.runWindow(request)).divergences]).mean;
    };
    const [toMerged, toFloats] = [await measure(merged.top), await measure(floats.top)];
    // not less, for Q8_0 rounds too
    expect(toMerged).toBeLessThan(0.02 * toFloats);

    const request = { tokens: tokens.slice(0, 20), reference: null, hard: 1, overridden: true };
    for (const half of ['attn_q.weight.lora_a', 'ffn_down.weight.lora_b']) {
      const isMoved = (name: string) => name.endsWith(half);
      const { refusal, length, difference } = await compareGradient(session, state, request, isMoved, 0.05);
      expect({ refusal, half, isNear: Math.abs(difference / length - 1) < 0.05 }).toEqual({
        refusal: '',
        half,
        isNear: true,
      });
    }
  });

  it('passes so where one is trained as it is, whose own values stay', async () => {
    await using model = await openModel(file, settings);
    await using session = await openModel(file, { ...settings, trained: true, beside: model });
    const tokens = await model.tokenize(text);
    const [matrix] = listTrainedMatrices(model, noDrop, ['ffn_down'], { type: undefined });
    const { name = '', type = NaN, inputs = NaN, outputs = NaN, place } = matrix?.weight ?? {};
    if (place === undefined) throw new Error('the model has a matrix ffn_down');
    const whole = { name, block: 0, inputs, outputs, place, pace: 1 };
    await session.beginTraining({ rank: 1, alpha: 1, matrices: [], wholes: [whole] });
    const drawn = await session.readTrained();
    const state = {
      ...drawn,
      values: drawn.values.map((list) => list.map((value, i) => value * (1 + 0.2 * Math.sin(i)))),
    };
    await session.writeTrained(state);

    const request = { tokens, losses: true, overridden: true } as const;
    const floats = await session.runWindow(request);
    const bytes = await session.mergeTrained({ name, inputs, type, place });
    await session.holdRounding({ name, inputs, type, place });
    await session.writeTrained(state);
    await putRefitted(model, [{ name, type, bytes }]);
    const [held, merged] = [await session.runWindow(request), await model.runWindow(request)];
    const compare = ({ losses }: typeof held) =>
      Math.max(...losses.map((loss, i) => Math.abs(loss - (merged.losses[i] ?? NaN))));
    expect(compare(held)).toBeLessThan(1e-3);
    expect(compare(floats)).toBeGreaterThan(1e-2);
    expect((await session.readTrained()).values).toEqual(state.values);
    expect(await session.mergeTrained({ name, inputs, type, place })).toEqual(bytes);
  });

  it('has none to hold of what is not trained', async () => {
    await using model = await openTiny();
    const place = { path: '', offset: 0, type: 0, count: 1 };
    await expect(model.holdRounding({ name: 'x', inputs: 1, place, type: 0 })).rejects.toThrow(
      /x is not trained/,
    );
  });
});
