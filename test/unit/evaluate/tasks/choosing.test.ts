import fc from 'fast-check';
import { chooseEvenly } from '../../../../src/evaluate/tasks/chooseEvenly.js';
import { readTask, type ChoiceQuestion, type Question } from '../../../../src/evaluate/tasks/index.js';
import { jsonl, readFrom, writeFolder } from '../../../fixtures/taskFolder.js';

const header = ',Question,A,B,C,D,Answer\n';
const boolq = (count: number) =>
  jsonl(
    ...Array.from({ length: count }, (_, i) => ({ passage: `P${i}.`, question: `q${i}`, label: 'true' })),
  );
const contextOf = (question: Question | undefined) => (question as ChoiceQuestion).options[0]!.context;

describe('Examples', () => {
  it('stand before the question, from the file that the task has for them, of the same subject and in order', async () => {
    const files = {
      'cmmlu/test/agronomy.csv': `${header}0,q1,a,b,c,d,A\n`,
      'cmmlu/test/virology.csv': `${header}0,q2,a,b,c,d,A\n`,
      'cmmlu/dev/agronomy.csv': `${header}0,e1,a,b,c,d,B\n1,e2,a,b,c,d,C\n2,e3,a,b,c,d,D\n`,
      'cmmlu/dev/virology.csv': `${header}0,e4,a,b,c,d,B\n1,e5,a,b,c,d,C\n`,
    };
    const { questions, notes, shots } = await readFrom(files, 'cmmlu', { shots: 2 });
    const listed = '\nA. a\nB. b\nC. c\nD. d\n答案：';
    const start = (name: string) => `以下是关于${name}的单项选择题，请直接给出正确答案的选项。\n\n`;
    expect(questions.map(contextOf)).toEqual([
      `${start('农学')}e1${listed} B\n\ne2${listed} C\n\nq1${listed}`,
      `${start('病毒学')}e4${listed} B\n\ne5${listed} C\n\nq2${listed}`,
    ]);
    expect(notes).toEqual([]);
    expect(shots).toBe(2);
  });

  it('are the first questions where there is no such file, which are then not asked', async () => {
    const { questions, notes } = await readFrom({ 'boolq/val.jsonl': boolq(3) }, 'boolq', { shots: 2 });
    expect(questions).toHaveLength(1);
    expect(contextOf(questions[0])).toBe(
      'P0.\nQuestion: q0?\nAnswer: yes\n\nP1.\nQuestion: q1?\nAnswer: yes\n\nP2.\nQuestion: q2?\nAnswer:',
    );
    expect(notes).toEqual([
      'There is no file of examples, so that the first questions are the examples and are not asked (2 questions).',
    ]);
  });

  it('are the first of each subject in a task that has subjects', async () => {
    const row = (question: string) => `${question},a,b,c,d,A\n`;
    const files = {
      'mmlu/test/law_test.csv': row('l1') + row('l2'),
      'mmlu/test/art_test.csv': row('a1') + row('a2') + row('a3'),
    };
    const { questions } = await readFrom(files, 'mmlu', { shots: 1 });
    expect(questions.map(({ id }) => id)).toEqual([
      'test/art_test.csv:2',
      'test/art_test.csv:3',
      'test/law_test.csv:2',
    ]);
    expect(contextOf(questions[2])).toMatch(
      /about law\.\n\nl1\nA\. a\nB\. b\nC\. c\nD\. d\nAnswer: A\n\nl2\n/,
    );
  });

  it('of options with contexts of their own show the right one', async () => {
    const row = { sentence: 'So _ won.', option1: 'Al', option2: 'Bo', answer: '2' };
    const { questions } = await readFrom({ 'winogrande/dev.jsonl': jsonl(row, row) }, 'winogrande', {
      shots: 1,
    });
    expect(contextOf(questions[0])).toBe('So Bo won.\n\nSo Al');
  });

  it('are refused when there are too few', async () => {
    const files = {
      'cmmlu/test/arts.csv': `${header}0,q,a,b,c,d,A\n`,
      'cmmlu/dev/arts.csv': `${header}0,e,a,b,c,d,A\n`,
    };
    await expect(readFrom(files, 'cmmlu', { shots: 2 })).rejects.toMatchObject({
      code: 'DATA',
      message: 'CMMLU has 1 example about "arts", and 2 are to stand before each question. Use at most 1.',
    });
    await expect(readFrom({ 'boolq/val.jsonl': boolq(2) }, 'boolq', { shots: 2 })).rejects.toMatchObject({
      code: 'DATA',
      message: 'BoolQ has no questions left to ask. Use fewer examples.',
    });
    await expect(readFrom({ 'boolq/val.jsonl': boolq(2) }, 'boolq', { shots: -1 })).rejects.toMatchObject({
      code: 'USAGE',
    });
  });
});

describe('A limit', () => {
  it('takes questions evenly spaced over all, after the examples', async () => {
    const { questions, notes } = await readFrom({ 'boolq/val.jsonl': boolq(10) }, 'boolq', { limit: 4 });
    expect(questions.map(({ id }) => id)).toEqual([1, 3, 6, 8].map((line) => `val.jsonl:${line}`));
    expect(notes).toEqual(['4 of 10 questions are asked, evenly spaced over all.']);
  });

  it('takes item floor(i × total / limit) for each i', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 250 }), (total, limit) => {
        const items = Array.from({ length: total }, (_, i) => i);
        const expected = Array.from({ length: limit }, (_, i) => Math.floor((i * total) / limit));
        expect(chooseEvenly(items, limit)).toEqual(limit >= total ? items : expected);
      }),
    );
  });

  it.each([0, -1, 1.5, NaN])('of %d is refused', (limit) => {
    expect(() => chooseEvenly([1], limit)).toThrow(
      /is no number of questions\. It must be a whole number above 0\./,
    );
  });
});

describe('A task', () => {
  it('is found by the path of its folder, of a folder within, and of a file, with its examples', async () => {
    const folder = writeFolder({
      'mmlu/test/law_test.csv': 'q,a,b,c,d,A\n',
      'mmlu/dev/law_dev.csv': 'e,a,b,c,d,B\n',
    });
    for (const path of ['', '/mmlu', '/mmlu/test', '/mmlu/test/law_test.csv']) {
      const source = { kind: 'path', path: folder + path } as const;
      const { questions } = await readTask({ task: 'mmlu', source, shots: 1, cacheFolder: folder });
      expect(contextOf(questions[0])).toContain('\n\ne\nA. a\nB. b\nC. c\nD. d\nAnswer: B\n\nq\n');
    }
  });

  it('tells its rule and the chance of guessing', async () => {
    const question = (choices: readonly string[]) => ({ question: 'Q', choices, answer: 0 });
    const folder = { 'mine.jsonl': jsonl(question(['a', 'b']), question(['a', 'b', 'c', 'd'])) };
    const source = { kind: 'path', path: `${writeFolder(folder)}/mine.jsonl` } as const;
    expect(await readTask({ task: 'mine', source, cacheFolder: '' })).toMatchObject({
      name: 'mine',
      title: 'mine',
      rule: 'perCharacter',
      chance: 0.375,
    });
  });

  it('tells which rows the rule of its data leaves out', async () => {
    const row = (label: string) => ({ sentence1: 'a', sentence2: 'b', label });
    const rows = jsonl(row('-'), row('neutral'), row('-'));
    const { questions, notes } = await readFrom({ 'cmnli/dev.json': rows }, 'cmnli');
    expect(questions.map(({ id }) => id)).toEqual(['dev.json:2']);
    expect(notes).toEqual(['2 of 3 rows of CMNLI are left out: people did not agree on a label ("-").']);
  });

  it('that is not there is named with what was looked for', async () => {
    await expect(readFrom({ 'other/x': '' }, 'gsm8k')).rejects.toMatchObject({
      code: 'FILE_NOT_FOUND',
      message: expect.stringMatching(
        /^The questions of GSM8K are not in .*\. It must hold test\.jsonl or .* folder named gsm8k\.$/,
      ) as string,
    });
    const source = { kind: 'folder', path: '/no/such/folder' } as const;
    await expect(readTask({ task: 'mmlu', source, cacheFolder: '' })).rejects.toMatchObject({
      code: 'FILE_NOT_FOUND',
      message: 'There is no file or folder /no/such/folder.',
    });
    await expect(readTask({ task: 'mmul', source: { kind: 'hub' }, cacheFolder: '' })).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining('Valid are mmlu, cmmlu') as string,
    });
  });

  it('is not read on after it was cancelled', async () => {
    const reading = readFrom({ 'boolq/val.jsonl': boolq(1) }, 'boolq', { signal: AbortSignal.abort() });
    await expect(reading).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});
