import type { ChoiceQuestion, TaskQuestions } from '../../../../src/evaluate/index.js';
import type { Model } from '../../../../src/native/index.js';
import type { Evaluation } from '../../../../src/run/evaluation/evaluation.js';
import { evaluateTask } from '../../../../src/run/evaluation/tasks.js';
import { makeFolder } from '../../../fixtures/makeFolder.js';
import { bosToken, SequenceModel } from '../../../fixtures/sequenceModel.js';

const ask = (context: string): ChoiceQuestion => ({
  kind: 'choice',
  id: `quiz:${context.length}`,
  group: undefined,
  options: [
    { context, continuation: ' x' },
    { context, continuation: ' y' },
  ],
  answer: 0,
});

const quiz = (...questions: readonly ChoiceQuestion[]): TaskQuestions => ({
  name: 'quiz',
  title: 'quiz',
  rule: 'raw',
  shots: 0,
  questions,
  chance: 0.5,
  notes: [],
});

/** An evaluation in a folder, by a model that was trained on so many tokens. */
function open(folder: string, trainedContext: number) {
  const facts = { bos: bosToken, addBos: true, trainedContext };
  const model = Object.assign(new SequenceModel(200, 4, facts), { backend: 'off' });
  const hash = { sha256: 'ab'.repeat(32), parts: [] };
  const models = {
    model: { model: model as unknown as Model, hash },
    original: undefined,
    close: () => Promise.resolve(),
  };
  const evaluation: Evaluation = { options: { model: 'small.gguf' }, models, folder };
  return { evaluation, model };
}

describe('Questions whose beginning was cut off', () => {
  it('are told of, also when their answers are taken from an earlier run', async () => {
    const folder = makeFolder();
    const task = quiz(ask('a'.repeat(40)), ask('b'));
    const first = await evaluateTask(open(folder, 20).evaluation, task);
    expect(first.notes).toEqual([
      'The beginning of 1 question was cut off: longer than what is run at once.',
    ]);
    const again = open(folder, 20);
    expect(await evaluateTask(again.evaluation, task)).toEqual(first);
    expect(again.model.requests).toEqual([]);
  });

  it('are none that fit', async () => {
    const { evaluation } = open(makeFolder(), 200);
    expect((await evaluateTask(evaluation, quiz(ask('a'.repeat(40))))).notes).toEqual([]);
  });
});
