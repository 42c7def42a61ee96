import { openModel, type Model, type TrainingRunRequest } from '../../dist/index.js';
import { beginTraining, compareGradient } from '../../scripts/architectures/gradients.mjs';
import { sampleModelPath } from '../../scripts/sample-models.mjs';
import { buildGguf, tinyLlama, writeTemp } from '../fixtures/buildGguf.js';
import { openTiny, tinyTokens } from '../fixtures/openTiny.js';

const text = 'The river ran past the old mill, and nobody had asked it why it did. The wheel stood still.';

const matrices = ['attn_q', 'attn_k', 'attn_v', 'attn_output', 'ffn_gate', 'ffn_up', 'ffn_down'];

/** A block is left out, and both kinds of loss take part, and the distance from the original's stream as far as asked. */
async function expectGradients(
  model: Model,
  tokens: Int32Array,
  { stream, change, tolerance }: { stream: number; change: number; tolerance: number },
) {
  const { top } = await model.runWindow({ tokens, losses: true, topTokens: 20 });
  const state = await beginTraining(model);
  const request = { tokens, reference: top, bypass: [3], hard: 0.25, stream, overridden: true };
  const kinds = [
    ...matrices.map((matrix, i) => `${matrix}.weight.lora_${i % 2 === 0 ? 'a' : 'b'}`),
    'attn_norm.weight',
    'ffn_norm.weight',
    'output_norm.weight',
  ];
  for (const kind of kinds) {
    const isMoved = (tensor: string) => tensor.endsWith(kind);
    const { refusal, length, difference } = await compareGradient(model, state, request, isMoved, change);
    expect(refusal).toBe('');
    expect(length).toBeGreaterThan(1e-3);
    // rounding of the losses, and how little they bend
    expect({ kind, isNear: Math.abs(difference / length - 1) < tolerance }).toEqual({
      kind,
      isNear: true,
    });
  }
}

// ggml computes GELU by a table of 16-bit numbers: close to each other, its losses differ by rounding alone
describe.each([
  ['smollm2', { stream: 3, change: 0.05, tolerance: 0.04 }],
  ['gemma3', { stream: 0, change: 0.5, tolerance: 0.06 }],
] as const)('The gradient of the loss of %s, quantised,', (name, sizes) => {
  it('is the difference of its losses, along each kind of matrix and both of its halves', async () => {
    const path = sampleModelPath(name);
    await using model = await openModel(path, { gpu: 'off', exact: true, trained: true, contextTokens: 48 });
    await expectGradients(model, (await model.tokenize(text)).slice(0, 20), sizes);
  });
});

describe('A tiny llama', () => {
  it('that is not opened to be trained says so by what it cannot do', async () => {
    await using model = await openTiny();
    await expect(model.trainWindow({ tokens: Int32Array.of(1), reference: null })).rejects.toThrow(
      /1 tokens cannot be trained on/,
    );
    await expect(
      model.mergeTrained({
        name: 'x',
        inputs: 1,
        place: { path: '', offset: 0, type: 0, count: 1 },
        type: 0,
      }),
    ).rejects.toThrow(/x is not trained/);
  });

  it('is as far from its original by its residual stream as what is trained and left out takes it', async () => {
    const file = writeTemp(buildGguf(tinyLlama({ blocks: 4 })));
    await using model = await openModel(file, { gpu: 'off', threads: 1, contextTokens: 64, trained: true });
    const moved = await beginTraining(model);
    const measure = async (request: Partial<TrainingRunRequest> = {}) => {
      const { stream, refusal } = await model.trainWindow({
        tokens: tinyTokens,
        reference: null,
        overridden: true,
        stream: 1,
        ...request,
      });
      expect(refusal).toBe('');
      return stream;
    };
    expect(await measure()).toBe(0);
    expect(await measure({ bypass: [2] })).toBeGreaterThan(0.01);
    expect(await measure({ bypass: [2], stream: 0 })).toBe(0);
    await model.writeTrained(moved);
    expect(await measure()).toBeGreaterThan(0.01);
  });

  // ggml's products are chosen by how long heads are, and the steps of a last part of one token tell nothing
  it.each([
    ['short heads, of which two share keys', { heads: 4, headsKv: 2 }, 300],
    ['one head', { heads: 1, headsKv: 1 }, 300],
    ['long heads, all with the same keys', { heads: 2, headsKv: 1, embedding: 192 }, 257],
  ])('with %s has gradients for a window that attention takes by parts', async (_, shape, count) => {
    const file = writeTemp(buildGguf(tinyLlama({ blocks: 5, ...shape })));
    await using model = await openModel(file, { gpu: 'off', exact: true, trained: true, contextTokens: 320 });
    const tokens = Int32Array.from({ length: count }, (_, i) => 3 + ((37 * i) % 300));
    await expectGradients(model, tokens, { stream: 1, change: 0.05, tolerance: 0.002 });
  });

  it('goes on after an adapter for a matrix that it does not have', async () => {
    const file = writeTemp(buildGguf(tinyLlama({ blocks: 4 })));
    await using model = await openModel(file, { gpu: 'off', threads: 1, contextTokens: 64, trained: true });
    const matrix = { name: 'blk.0.nothing.weight', a: new Float32Array(64), b: new Float32Array(64) };
    const wrong = { rank: 1, alpha: 1, matrices: [matrix], wholes: [] };
    await expect(model.beginTraining(wrong)).rejects.toThrow(/has no matrix blk.0.nothing.weight/);
    await beginTraining(model);
    const { divergence, crossEntropy, refusal } = await model.trainWindow({
      tokens: tinyTokens,
      reference: null,
    });
    expect({ divergence, refusal }).toEqual({ divergence: 0, refusal: '' });
    expect(crossEntropy).toBeGreaterThan(0);
  });
});
