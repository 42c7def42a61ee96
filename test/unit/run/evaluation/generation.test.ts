import type { Model } from '../../../../src/native/index.js';
import type { Prompt } from '../../../../src/evaluate/index.js';
import type { Evaluation } from '../../../../src/run/evaluation/evaluation.js';
import { evaluateGeneration } from '../../../../src/run/evaluation/generation.js';
import { makeFolder } from '../../../fixtures/makeFolder.js';
import { tokenizeLetters } from '../../../fixtures/sequenceModel.js';

type Generation = Parameters<Model['generate']>[0];

/** Writes the letter that its place among the prompts tells, as what is sampled depends on it. */
function makeModel(contextTokens: number, failAt = Infinity) {
  const calls: Generation[] = [];
  const model: Partial<Model> = {
    backend: 'off',
    contextTokens,
    sequences: 64,
    facts: { bos: 1, addBos: false, trainedContext: 4096 } as Model['facts'],
    tokenizeAll: (texts) => Promise.resolve(texts.map((text) => Int32Array.from(tokenizeLetters(text)))),
    detokenize: (tokens) => Promise.resolve(String.fromCharCode(...tokens)),
    generate(request) {
      const { prompts, maxTokens } = request;
      const taken = prompts.reduce((sum, { length }) => sum + length + maxTokens, 0);
      if (taken > contextTokens) return Promise.reject(new Error(`${taken} tokens of ${contextTokens}`));
      if (calls.length === failAt) return Promise.reject(new Error('stopped'));
      calls.push(request);
      return Promise.resolve(
        prompts.map((_, i) => ({ tokens: new Int32Array(maxTokens).fill(97 + i), ended: false })),
      );
    },
  };
  return { model: model as Model, calls };
}

const makePrompts = (count: number, text: string): readonly Prompt[] =>
  Array.from({ length: count }, (_, i) => ({
    id: `p${i}`,
    kind: 'other',
    language: null,
    text: `${text}${i}`,
  }));

function generate(model: Model, folder: string, prompts: readonly Prompt[], tokens: number, samples = 0) {
  const hash = { sha256: 'ab'.repeat(32), parts: [] };
  const models = { model: { model, hash }, original: undefined, close: () => Promise.resolve() };
  const evaluation: Evaluation = { options: { model: 'small.gguf' }, models, folder };
  return evaluateGeneration(evaluation, { tokens, samples }, prompts);
}

const sizes = (calls: readonly Generation[]) => calls.map(({ prompts }) => prompts.length);

describe('What a model writes', () => {
  it('is written twelve texts at a time, or as many as there is room for', async () => {
    const { model, calls } = makeModel(2048);
    await generate(model, makeFolder(), makePrompts(15, 'Once '), 24, 1);
    expect(sizes(calls)).toEqual([12, 3, 12, 3]);

    const long = makeModel(2048);
    const { written } = await generate(long.model, makeFolder(), makePrompts(9, 'Once '), 400);
    expect(sizes(long.calls)).toEqual([5, 4]);
    expect(written.map(({ after }) => after[0])).toEqual(Array.from('abcdeabcd'));
  });

  it('is refused where one text does not fit, in words', async () => {
    const { model, calls } = makeModel(64);
    await expect(generate(model, makeFolder(), makePrompts(2, 'Once'), 60)).rejects.toMatchObject({
      code: 'DATA',
      message:
        'The prompt "p0" takes 65 tokens with what is written after it; 64 can be run at once. ' +
        'Use a shorter prompt or fewer --generated-tokens.',
    });
    expect(calls).toEqual([]);
  });

  it('is the same when it was stopped in between', async () => {
    const folder = makeFolder();
    const prompts = makePrompts(9, 'Once ');
    await expect(generate(makeModel(2048, 1).model, folder, prompts, 400)).rejects.toThrow('stopped');
    const resumed = makeModel(2048);
    const { written } = await generate(resumed.model, folder, prompts, 400);
    expect(sizes(resumed.calls)).toEqual([4]);
    expect(written.map(({ after }) => after[0])).toEqual(Array.from('abcdeabcd'));
  });
});
