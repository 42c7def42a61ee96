import fc from 'fast-check';
import type { WrittenQuestion } from '../../../../src/evaluate/index.js';
import type { Model } from '../../../../src/native/index.js';
import { writeAnswers } from '../../../../src/run/evaluation/writeAnswers.js';
import { bosToken, tokenizeLetters } from '../../../fixtures/sequenceModel.js';

type Generation = Parameters<Model['generate']>[0];

/** Writes what its prompt counts: the letters `a`, `b`, … from the prompt's length on, as many as it may. */
function makeModel(contextTokens: number, { sequences = 64, addBos = false, trainedContext = 4096 } = {}) {
  const calls: Generation[] = [];
  const write = (prompt: Int32Array, most: number) =>
    Int32Array.from({ length: most }, (_, i) => 97 + ((prompt.length + i) % 26));
  const model: Pick<
    Model,
    'contextTokens' | 'sequences' | 'facts' | 'tokenizeAll' | 'detokenize' | 'generate'
  > = {
    contextTokens,
    sequences,
    facts: { bos: bosToken, addBos, trainedContext } as Model['facts'],
    tokenizeAll: (texts) => Promise.resolve(texts.map((text) => Int32Array.from(tokenizeLetters(text)))),
    detokenize: (tokens) => Promise.resolve(String.fromCharCode(...tokens)),
    generate(request) {
      calls.push(request);
      const { prompts, maxTokens } = request;
      const taken = prompts.reduce((sum, { length }) => sum + length + maxTokens, 0);
      // each text is written until the last may end
      if (taken > contextTokens) return Promise.reject(new Error(`${taken} tokens of ${contextTokens}`));
      if (prompts.length > sequences) return Promise.reject(new Error(`${prompts.length} sequences`));
      return Promise.resolve(prompts.map((prompt) => ({ tokens: write(prompt, maxTokens), ended: false })));
    },
  };
  return { model: model as Model, calls };
}

const ask = (prompt: string, changes: Partial<WrittenQuestion> = {}): WrittenQuestion => ({
  kind: 'written',
  id: 'own.jsonl:3',
  group: undefined,
  prompt,
  answer: 'x',
  stop: ['\n'],
  maxTokens: 3,
  ...changes,
});

async function write(model: Model, questions: readonly WrittenQuestion[]) {
  const written: (readonly [number, string])[] = [];
  await writeAnswers(model, questions, (...answer) => written.push(answer), undefined);
  return written;
}

const sizes = (calls: readonly Generation[]) => calls.map(({ prompts }) => prompts.length);

describe('Answers', () => {
  it('are written side by side, always with the most likely token', async () => {
    const { model, calls } = makeModel(100);
    expect(await write(model, [ask('xx'), ask('xxxx')])).toEqual([
      [0, 'cde'],
      [1, 'efg'],
    ]);
    expect(calls).toEqual([
      {
        prompts: [Int32Array.of(120, 120), Int32Array.of(120, 120, 120, 120)],
        maxTokens: 3,
        stop: ['\n'],
        temperature: 0,
        topK: 0,
        topP: 1,
        seed: 0,
      },
    ]);
  });

  it('come after BOS where the model wants it', async () => {
    const { model, calls } = makeModel(100, { addBos: true });
    await write(model, [ask('x')]);
    expect(calls[0]!.prompts).toEqual([Int32Array.of(bosToken, 120)]);
  });

  it('are written by 16, or as many as the model has sequences', async () => {
    const questions = Array.from({ length: 20 }, () => ask('x'));
    const many = makeModel(1000);
    await write(many.model, questions);
    expect(sizes(many.calls)).toEqual([16, 4]);
    const few = makeModel(1000, { sequences: 8 });
    await write(few.model, questions);
    expect(sizes(few.calls)).toEqual([8, 8, 4]);
  });

  it('are written apart where they do not fit together', async () => {
    const { model, calls } = makeModel(20);
    // 7 tokens each with the answer
    const written = await write(
      model,
      Array.from({ length: 5 }, () => ask('xxxx')),
    );
    expect(sizes(calls)).toEqual([2, 2, 1]);
    expect(written.map(([question]) => question)).toEqual([0, 1, 2, 3, 4]);
  });

  it('take the room of the longest each, as all are written until it ends', async () => {
    const { model, calls } = makeModel(20);
    const written = await write(model, [ask('xxxx'), ask('xx', { maxTokens: 10 }), ask('x')]);
    expect(sizes(calls)).toEqual([1, 1, 1]);
    expect(written.map(([, text]) => text.length)).toEqual([3, 10, 3]);
  });

  it('of fewer tokens than others beside them are cut', async () => {
    const { model, calls } = makeModel(100);
    const written = await write(model, [ask('xx', { maxTokens: 1 }), ask('xx', { maxTokens: 5 })]);
    expect(written).toEqual([
      [0, 'c'],
      [1, 'cdefg'],
    ]);
    expect(calls.map(({ maxTokens }) => maxTokens)).toEqual([5]);
  });

  it('that end at other marks are written apart', async () => {
    const { model, calls } = makeModel(100);
    await write(model, [ask('x'), ask('y'), ask('z', { stop: ['.', '\n'] }), ask('w')]);
    expect(calls.map(({ stop }) => stop)).toEqual([['\n'], ['.', '\n'], ['\n']]);
    expect(sizes(calls)).toEqual([2, 1, 1]);
  });

  it('that do not fit by themselves are refused with their place', async () => {
    const { model } = makeModel(20);
    await expect(write(model, [ask('x'), ask('x'.repeat(18))])).rejects.toMatchObject({
      code: 'DATA',
      message:
        'The question own.jsonl:3 takes 21 tokens with its answer; 20 can be run at once. Use fewer examples, or a smaller maxTokens.',
    });
    expect(await write(model, [ask('x'.repeat(17))])).toHaveLength(1);
    const short = makeModel(40, { trainedContext: 20 });
    await expect(write(short.model, [ask('x'.repeat(18))])).rejects.toMatchObject({ code: 'DATA' });
    expect(await write(short.model, [ask('x'.repeat(17)), ask('y')])).toHaveLength(2);
  });

  it('are none without questions', async () => {
    const { model, calls } = makeModel(20);
    expect(await write(model, [])).toEqual([]);
    expect(calls).toEqual([]);
  });

  const question = fc
    .record({
      length: fc.integer({ min: 1, max: 30 }),
      maxTokens: fc.integer({ min: 1, max: 20 }),
      stop: fc.constantFrom(['\n'], ['.']),
    })
    .map(({ length, ...own }) => ask('x'.repeat(length), own));

  it('are those of each question by itself, in order, whatever runs beside it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(question, { maxLength: 40 }),
        fc.integer({ min: 50, max: 200 }),
        async (questions, room) => {
          const together = await write(makeModel(room, { sequences: 5 }).model, questions);
          const alone: (readonly [number, string])[] = [];
          for (const [i, one] of questions.entries()) {
            const [[, text] = [0, '']] = await write(makeModel(room).model, [one]);
            alone.push([i, text]);
          }
          expect(together).toEqual(alone);
        },
      ),
    );
  });
});
