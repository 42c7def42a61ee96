import type { ChoiceQuestion, Question } from '../../../../src/evaluate/tasks/index.js';
import { cmmluSubjects } from '../../../../src/evaluate/tasks/questions/cmmluSubjects.js';
import { buildParquet } from '../../../fixtures/buildParquet.js';
import { jsonl, readFrom } from '../../../fixtures/taskFolder.js';

async function askFirst(
  files: Readonly<Record<string, string | Uint8Array>>,
  task: string,
  shots?: number,
): Promise<Question> {
  const { questions } = await readFrom(files, task, { shots });
  return questions[0]!;
}

/** The options of a choice as context and continuation, divided by |. */
function showOptions(question: Question): readonly string[] {
  return (question as ChoiceQuestion).options.map((option) => `${option.context}|${option.continuation}`);
}

describe('The prompt of', () => {
  it('MMLU lists the choices with letters after the subject, from csv without a header', async () => {
    const context =
      'The following are multiple choice questions (with answers) about college maths.\n\n' +
      'What, then, is 1+1?\nA. 1\nB. 2\nC. "3"\nD. 4\nAnswer:';
    const question = await askFirst(
      { 'mmlu/test/college_maths_test.csv': '"What, then, is 1+1? ",1,2,"""3""",4,B\n' },
      'mmlu',
    );
    expect(question).toEqual({
      kind: 'choice',
      id: 'test/college_maths_test.csv:1',
      group: 'college_maths',
      options: ['A', 'B', 'C', 'D'].map((letter) => ({ context, continuation: ` ${letter}` })),
      answer: 1,
    });
  });

  it('MMLU is the same from parquet', async () => {
    const parquet = buildParquet([
      { path: ['question'], values: ['One?', 'Two?'] },
      { path: ['subject'], values: ['us_law', 'us_law'] },
      {
        path: ['choices'],
        values: [
          ['a', 'b', 'c', ''],
          ['e', 'f', 'g', 'h'],
        ],
      },
      { path: ['answer'], values: [3n, 0n] },
    ]);
    const { questions } = await readFrom({ 'mmlu/all/test-00000-of-00001.parquet': parquet }, 'mmlu');
    expect(questions).toMatchObject([
      { id: 'all/test-00000-of-00001.parquet:1', group: 'us_law', answer: 3 },
      { id: 'all/test-00000-of-00001.parquet:2', group: 'us_law', answer: 0 },
    ]);
    expect(showOptions(questions[1]!)[1]).toBe(
      'The following are multiple choice questions (with answers) about us law.\n\nTwo?\nA. e\nB. f\nC. g\nD. h\nAnswer:| B',
    );
  });

  it('CMMLU names the subject in Chinese', async () => {
    const question = await askFirst(
      { 'cmmlu/test/agronomy.csv': ',Question,A,B,C,D,Answer\n0,哪个？,甲,乙,丙,丁,D\n' },
      'cmmlu',
    );
    expect(question).toMatchObject({ id: 'test/agronomy.csv:2', group: 'agronomy', answer: 3 });
    expect(showOptions(question)[3]).toBe(
      '以下是关于农学的单项选择题，请直接给出正确答案的选项。\n\n哪个？\nA. 甲\nB. 乙\nC. 丙\nD. 丁\n答案：| D',
    );
  });

  it('CMMLU knows 67 subjects by different names', () => {
    expect(Object.keys(cmmluSubjects)).toHaveLength(67);
    expect(new Set(Object.values(cmmluSubjects)).size).toBe(67);
  });

  it('CMNLI asks how two sentences relate and takes the answer on the next line', async () => {
    const row = { sentence1: '天黑。', sentence2: '天亮。', label: 'contradiction' };
    const question = await askFirst({ 'cmnli/dev.json': jsonl(row) }, 'cmnli');
    expect(question).toMatchObject({ answer: 2, group: undefined });
    expect(showOptions(question)).toEqual(
      ['无关', '蕴含', '矛盾'].map(
        (answer) => `语句一：“天黑。”\n语句二：“天亮。”\n请问这两句话是什么关系？|\n${answer}`,
      ),
    );
  });

  it('CMNLI reads numbers for labels as Hugging Face writes them', async () => {
    const parquet = buildParquet([
      { path: ['sentence1'], values: ['a'] },
      { path: ['sentence2'], values: ['b'] },
      { path: ['label'], values: [1n] },
    ]);
    expect(await askFirst({ 'cmnli/validation.parquet': parquet }, 'cmnli')).toMatchObject({ answer: 1 });
  });

  it('HellaSwag is the line of the text form, a blank, and an ending', async () => {
    const text = 'Cooking: A man cuts. he\n2\ncries.\nsings [loud].\neats.\nruns.\n';
    const question = await askFirst({ 'hellaswag/hellaswag_val_full.txt': text }, 'hellaswag');
    expect(question).toMatchObject({ id: 'hellaswag_val_full.txt:1', answer: 2 });
    expect(showOptions(question)).toEqual(
      ['cries.', 'sings [loud].', 'eats.', 'runs.'].map((ending) => `Cooking: A man cuts. he| ${ending}`),
    );
  });

  it('HellaSwag is made of the original columns, without the marks of WikiHow', async () => {
    const row = {
      activity_label: 'Baths',
      ctx_a: '[header] How to bathe [title] Fill it.',
      ctx_b: 'the man',
      ctx: '[header] How to bathe [title] Fill it. the man',
      endings: ['a [step] b', 'c', 'd', 'e'],
      label: '1',
    };
    const question = await askFirst({ 'hellaswag/hellaswag_val.jsonl': jsonl(row) }, 'hellaswag');
    expect(question).toMatchObject({ answer: 1 });
    expect(showOptions(question).slice(0, 2)).toEqual([
      'Baths: How to bathe. Fill it. the man| a b',
      'Baths: How to bathe. Fill it. the man| c',
    ]);
  });

  it('ARC takes the text of a choice, however many and however labelled, in both layouts', async () => {
    const original = {
      question: {
        stem: 'Why?',
        choices: [
          { text: 'so', label: '1' },
          { text: 'no', label: '2' },
        ],
      },
      answerKey: '2',
    };
    const parquet = buildParquet([
      { path: ['question'], values: ['Why?'] },
      { path: ['choices', 'text'], values: [['so', 'no', 'yes']] },
      { path: ['choices', 'label'], values: [['A', 'B', 'C']] },
      { path: ['answerKey'], values: ['B'] },
    ]);
    const easy = await askFirst({ 'arc/ARC-Easy-Test.jsonl': jsonl(original) }, 'arc-e');
    expect(easy).toMatchObject({ answer: 1 });
    expect(showOptions(easy)).toEqual(['Question: Why?\nAnswer:| so', 'Question: Why?\nAnswer:| no']);
    const hard = await askFirst({ 'arc/ARC-Challenge/test-0.parquet': parquet }, 'arc-c');
    expect(hard).toMatchObject({ answer: 1 });
    expect(showOptions(hard)[2]).toBe('Question: Why?\nAnswer:| yes');
  });

  it('OpenBookQA goes on with the choice, and a blank that ends the stem belongs to it', async () => {
    const choices = [
      { text: 'wet', label: 'A' },
      { text: 'dry', label: 'B' },
    ];
    const rows = jsonl({ question: { stem: 'Rain is ', choices }, answerKey: 'A' });
    expect(showOptions(await askFirst({ 'openbookqa/test.jsonl': rows }, 'openbookqa'))).toEqual([
      'Rain is|  wet',
      'Rain is|  dry',
    ]);
  });

  it('PIQA takes its labels from the file beside', async () => {
    const rows = jsonl({ goal: 'Open it', sol1: 'push', sol2: 'pull' });
    const question = await askFirst({ 'piqa/valid.jsonl': rows, 'piqa/valid-labels.lst': '1\n' }, 'piqa');
    expect(question).toMatchObject({ answer: 1 });
    expect(showOptions(question)).toEqual([
      'Question: Open it\nAnswer:| push',
      'Question: Open it\nAnswer:| pull',
    ]);
  });

  it.each([
    [{ label: 'true' }, 1],
    [{ label: false }, 0],
    [{ label: 1 }, 1],
    [{ answer: true }, 1],
  ])('BoolQ is answered no or yes: %j', async (label, answer) => {
    const row = { passage: 'Ice melts.', question: 'does ice melt', ...label };
    const question = await askFirst({ 'boolq/val.jsonl': jsonl(row) }, 'boolq');
    expect(question).toMatchObject({ answer });
    expect(showOptions(question)).toEqual([
      'Ice melts.\nQuestion: does ice melt?\nAnswer:| no',
      'Ice melts.\nQuestion: does ice melt?\nAnswer:| yes',
    ]);
  });

  it('WinoGrande fills the blank in the context and scores what follows', async () => {
    const row = { sentence: 'Ann met Bea, so _ waved.', option1: 'Ann', option2: 'Bea', answer: '2' };
    const question = await askFirst({ 'winogrande/dev.jsonl': jsonl(row) }, 'winogrande');
    expect(question).toMatchObject({ answer: 1 });
    expect(showOptions(question)).toEqual(['Ann met Bea, so Ann| waved.', 'Ann met Bea, so Bea| waved.']);
  });

  it('GSM8K is answered by writing, with solutions as examples', async () => {
    const rows = jsonl(
      { question: 'One and one?', answer: '1+1=<<1+1=2>>2\n#### 2' },
      { question: 'Big?', answer: '#### 1,200' },
    );
    const files = { 'gsm8k/test.jsonl': rows };
    expect(await askFirst(files, 'gsm8k', 1)).toEqual({
      kind: 'written',
      id: 'test.jsonl:2',
      group: undefined,
      prompt: 'Question: One and one?\nAnswer: 1+1=<<1+1=2>>2\n#### 2\n\nQuestion: Big?\nAnswer:',
      answer: '1200',
      stop: ['Question:', '</s>', '<|im_end|>'],
      maxTokens: 256,
    });
  });
});
