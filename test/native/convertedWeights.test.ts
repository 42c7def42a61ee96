import { openModel, type Model } from '../../dist/index.js';
import { convertWeights } from '../../dist/native/index.js';
import { beginTraining, readGradient } from '../../scripts/architectures/gradients.mjs';
import { sampleModelPath } from '../../scripts/sample-models.mjs';

const text = 'The river ran past the old mill, and nobody had asked it why it did. The wheel stood still.';
const file = sampleModelPath('smollm2');

const readTokens = async (model: Model) => (await model.tokenize(text)).slice(0, 20);

// mapped: otherwise a processor may have reordered it for products that are as fast
describe('A model of Q4_1, converted,', () => {
  it('has losses about as near to the exact ones as it has as it is, and is left as it is', async () => {
    await using model = await openModel(file, { gpu: 'off', mapped: true });
    await using exact = await openModel(file, { gpu: 'off', exact: true, beside: model });
    const tokens = await readTokens(model);
    const measure = async (one: Model) => (await one.runWindow({ tokens, losses: true })).losses;
    const wanted = await measure(exact);
    const measureError = (losses: Float32Array) =>
      Math.sqrt(losses.reduce((sum, loss, i) => sum + (loss - (wanted[i] ?? NaN)) ** 2, 0) / losses.length);
    const before = await measure(model);
    const converted = convertWeights(model);
    expect(converted.converted).toBe(true);
    const after = await measure(converted);
    expect(after).not.toEqual(before);
    expect(measureError(after)).toBeLessThan(2 * measureError(before));
    expect(await measure(model)).toEqual(before);
  });

  it('multiplies with what is given in place of a matrix, for as long as it is', async () => {
    await using model = await openModel(file, { gpu: 'off', mapped: true });
    const tokens = await readTokens(model);
    const converted = convertWeights(model);
    const measure = async () =>
      (await converted.runWindow({ tokens, losses: true, bypass: [13], overridden: true })).losses;
    const own = await measure();
    const name = 'blk.5.ffn_down.weight';
    const { type, dimensions, bytes } = model.header.tensors.find((tensor) => tensor.name === name) ?? {};
    if (type === undefined || bytes === undefined) throw new RangeError('the model has no such matrix');
    const [inputs = 0, outputs = 0] = dimensions ?? [];
    const give = (values: Uint8Array | null) =>
      model.overrideWeight({ name, block: 5, type, inputs, outputs, bytes: values });
    const seen = [];
    for (const filling of [0, 1, 0]) {
      await give(new Uint8Array(bytes).fill(filling));
      seen.push(await measure());
    }
    expect(seen[0]).not.toEqual(own);
    expect(seen[1]).not.toEqual(seen[0]);
    expect(seen[2]).toEqual(seen[0]);
    await give(null);
    expect(await measure()).toEqual(own);
  });

  it('has nearly the gradients that it has as it is', async () => {
    await using model = await openModel(file, { gpu: 'off', trained: true, contextTokens: 48 });
    const tokens = await readTokens(model);
    const state = await beginTraining(model);
    const [plain, converted] = [model, convertWeights(model)];
    const gradients = [];
    for (const one of [plain, converted]) {
      const { refusal, means } = await readGradient(one, state, { tokens, reference: null, bypass: [3] });
      expect(refusal).toBe('');
      gradients.push(means);
    }
    const [a = [], b = []] = gradients;
    const cosine = dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
    expect(cosine).not.toBe(1);
    expect(cosine).toBeGreaterThan(0.98);
  });

  it('is the model itself where that is to be exact', async () => {
    await using model = await openModel(file, { gpu: 'off', exact: true });
    expect(convertWeights(model)).toBe(model);
  });
});

function dot(a: readonly Float32Array[], b: readonly Float32Array[]): number {
  let sum = 0;
  for (const [i, values] of a.entries())
    for (const [j, value] of values.entries()) sum += value * (b[i]?.[j] ?? NaN);
  return sum;
}
