import path from 'node:path';
import { findTask, openModel, parseSources } from '../../dist/index.js';
import { encodeQuestions, readTask, scoreQuestions } from '../../dist/evaluate/index.js';

const questionsOfChunk = 50;

/**
 * Asking questions beside the bare forward passes that they need: each prompt once, by itself, with the logits of its
 * last token; chunk by chunk in turns.
 */
export async function measureTaskCost(models, data, limit = 500) {
  const source = parseSources([data])('mmlu');
  const task = await readTask({ task: 'mmlu', source, limit, cacheFolder: '' });
  const rows = [];
  for (const file of models) {
    const model = await openModel(file, { gpu: 'off', contextTokens: 2048, sequences: 64 });
    const runBare = async (questions) => {
      for (const { options } of await encodeQuestions(model, questions, model.contextTokens)) {
        const tokens = options[0].tokens.subarray(0, -1);
        await model.runSequences({
          clear: true,
          copies: new Int32Array(),
          tokens: tokens.slice(),
          positions: Int32Array.from(tokens, (_, i) => i),
          sequences: new Int32Array(tokens.length),
          rows: Int32Array.of(tokens.length - 1),
          targets: Int32Array.of(0),
        });
      }
    };
    const seconds = { bare: 0, asked: 0 };
    const ratios = [];
    for (let begin = 0; begin < task.questions.length; begin += questionsOfChunk) {
      const questions = task.questions.slice(begin, begin + questionsOfChunk);
      const time = async (run) => {
        const start = performance.now();
        await run();
        return (performance.now() - start) / 1000;
      };
      const bare = await time(() => runBare(questions));
      const asked = await time(() => scoreQuestions(model, questions, { onScored: () => undefined }));
      seconds.bare += bare;
      seconds.asked += asked;
      ratios.push(asked / bare);
    }
    await model.close();
    ratios.sort((a, b) => a - b);
    const whole = seconds.asked / seconds.bare;
    rows.push([
      path.basename(file),
      whole.toFixed(3),
      `${ratios[0].toFixed(3)} to ${ratios.at(-1).toFixed(3)}`,
    ]);
  }
  return {
    title: `${limit} questions of ${findTask('mmlu').title}, zero-shot, against the bare forward passes of their prompts one by one (chunks of ${questionsOfChunk} questions, in turns):`,
    head: ['model', 'time, ratio', 'range over chunks'],
    rows,
  };
}
