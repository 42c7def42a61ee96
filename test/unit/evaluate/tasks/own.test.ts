import { readTask, type TaskRequest } from '../../../../src/evaluate/tasks/index.js';
import { jsonl, writeFolder } from '../../../fixtures/taskFolder.js';

function ask(rows: readonly unknown[], options: Partial<TaskRequest> = {}) {
  const folder = writeFolder({ 'mine.jsonl': jsonl(...rows) });
  const source = { kind: 'path', path: `${folder}/mine.jsonl` } as const;
  return readTask({ task: 'quiz', source, cacheFolder: folder, ...options });
}

describe("A file of a user's own", () => {
  it('asks a question with choices', async () => {
    const row = { question: 'Why?', choices: ['so', 'no'], answer: 1, group: 'reasons' };
    const { questions } = await ask([row]);
    const context = 'Question: Why?\nAnswer:';
    expect(questions).toEqual([
      {
        kind: 'choice',
        id: 'mine.jsonl:1',
        group: 'reasons',
        options: [
          { context, continuation: ' so' },
          { context, continuation: ' no' },
        ],
        answer: 1,
      },
    ]);
  });

  it('goes on from a context, with a separator of its own', async () => {
    const { questions } = await ask([
      { context: '天是', choices: ['蓝的', '绿的'], answer: '绿的', separator: '' },
      { context: 'It', choices: ['\nis', ' was'], answer: 0 },
    ]);
    expect(questions).toMatchObject([
      { options: [{ context: '天是', continuation: '蓝的' }, { continuation: '绿的' }], answer: 1 },
      { options: [{ continuation: '\nis' }, { continuation: ' was' }] },
    ]);
  });

  it('weighs contexts by one continuation', async () => {
    const row = { contexts: ['The sun', 'The moon'], continuation: 'is hot.', answer: 'The sun' };
    expect((await ask([row])).questions).toMatchObject([
      {
        options: [
          { context: 'The sun', continuation: ' is hot.' },
          { context: 'The moon', continuation: ' is hot.' },
        ],
        answer: 0,
      },
    ]);
  });

  it('is answered by writing, with examples and no rule for options', async () => {
    const rows = [
      { prompt: 'Q: 1+1\nA: ', answer: '2' },
      { prompt: 'Q: 2+2\nA:', answer: '4', stop: ['Q:'], maxTokens: 8, group: 'sums' },
    ];
    const { questions, rule, chance } = await ask(rows, { shots: 1 });
    expect({ rule, chance }).toEqual({ rule: undefined, chance: 0 });
    expect(questions).toEqual([
      {
        kind: 'written',
        id: 'mine.jsonl:2',
        group: 'sums',
        prompt: 'Q: 1+1\nA: 2\n\nQ: 2+2\nA:',
        answer: '4',
        stop: ['Q:'],
        maxTokens: 8,
      },
    ]);
    expect((await ask(rows)).questions[0]).toMatchObject({ stop: ['\n\n'], maxTokens: 256 });
  });

  it.each([
    ['mmul', / Did you mean --tasks mmlu\?$/],
    ['MMLU', / Did you mean --tasks mmlu\?$/],
    ['quiz', /named quiz\.$/],
    ['mmlu', /named mmlu\.$/],
  ])('named %s is asked for by its name where it is not found', async (task, message) => {
    const source = { kind: 'folder', path: writeFolder({}) } as const;
    await expect(readTask({ task, source, cacheFolder: source.path })).rejects.toMatchObject({
      code: 'FILE_NOT_FOUND',
      message: expect.stringMatching(message) as string,
    });
  });

  it('is found by its name in a folder of tasks', async () => {
    const path = writeFolder({ 'quiz/quiz.jsonl': jsonl({ question: 'q', choices: ['a', 'b'], answer: 0 }) });
    const source = { kind: 'folder', path } as const;
    expect((await readTask({ task: 'quiz', source, cacheFolder: path })).questions).toHaveLength(1);
  });

  const choices = ['a', 'b'];
  it.each([
    [{ text: 'q' }, 'is no question. It must have "choices" with a "question" or a "context", or'],
    [{ question: 'q', answer: 0 }, 'has no "choices". It must be a list of two or more texts.'],
    [
      { question: 'q', choices: ['a'], answer: 0 },
      'has 1 texts in "choices". It must be a list of two or more',
    ],
    [{ question: 'q', choices: ['a', ''], answer: 0 }, 'has ["a",""] as "choices". It must be a list of'],
    [
      { question: 'q', choices },
      'has no "answer". It must be a whole number from 0 to 1, or the text of one of them.',
    ],
    [
      { question: 'q', choices, answer: 2 },
      'has 2 as "answer" to 2 options. It must be a whole number from 0 to 1',
    ],
    [{ question: 'q', choices, answer: 'c' }, 'has "c" as "answer" to 2 options. It must be'],
    [{ question: 'q', choices: ['a', 'a'], answer: 'a' }, 'has "a" as "answer" to 2 options. It must be'],
    [{ question: 'q', choices, answer: 0, group: 1 }, 'has 1 as "group". It must be a text.'],
    [{ contexts: ['a', 'b'], answer: 0 }, 'has no "continuation". It must be a text.'],
    [{ prompt: 'p' }, 'has no "answer". It must be a text.'],
    [{ prompt: 'p', answer: 'a', stop: 'x' }, 'has "x" as "stop". It must be a list of texts.'],
    [{ prompt: 'p', answer: 'a', maxTokens: 0 }, 'has 0 as "maxTokens". It must be a whole number above 0.'],
  ])('is refused with a row like %j', async (row, message) => {
    await expect(ask([row])).rejects.toMatchObject({
      code: 'DATA',
      message: expect.stringContaining(`Line 1 of mine.jsonl ${message}`) as string,
    });
  });
});
