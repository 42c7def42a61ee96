import { buildParquet } from '../../../fixtures/buildParquet.js';
import { jsonl, readFrom } from '../../../fixtures/taskFolder.js';

const good = { passage: 'P.', question: 'q', label: 'true' };

describe('A malformed row is an error that names file and line:', () => {
  it.each<[string, string, string, Readonly<Record<string, string | Uint8Array>>]>([
    [
      'broken JSON',
      'boolq',
      'Line 3 of val.jsonl is not valid JSON (…). Each line must be one JSON object.',
      { 'boolq/val.jsonl': `${jsonl(good)}\n{"passage":\n` },
    ],
    [
      'JSON that is no object',
      'boolq',
      'Line 1 of val.jsonl is JSON, but no object. Each line must be one JSON object.',
      { 'boolq/val.jsonl': '[]\n' },
    ],
    [
      'a missing field',
      'boolq',
      'Line 2 of val.jsonl has no "passage". It must be a text.',
      { 'boolq/val.jsonl': jsonl(good, { question: 'q', label: 'true' }) },
    ],
    [
      'a field of another type',
      'boolq',
      'Line 1 of val.jsonl has 7 as "question". It must be a text.',
      { 'boolq/val.jsonl': jsonl({ ...good, question: 7 }) },
    ],
    [
      'a blank field',
      'boolq',
      'Line 1 of val.jsonl has a blank "passage". It must be a text.',
      { 'boolq/val.jsonl': jsonl({ ...good, passage: ' ' }) },
    ],
    [
      'a wrong label, with what could drive a terminal escaped',
      'boolq',
      'Line 1 of val.jsonl has "\\u001bmaybe" as "label". It must be one of false, true.',
      { 'boolq/val.jsonl': jsonl({ ...good, label: '\u001bmaybe' }) },
    ],
    [
      'a wrong number of columns, in csv with quoted line breaks',
      'mmlu',
      'Line 5 of test/law_test.csv has 5 columns. Each row must have 6: question, A, B, C, D, answer.',
      { 'mmlu/test/law_test.csv': '"one\r\ntwo",a,b,c,d,A\r\n\r\n"three",a,b,c,d,A\r\nfour,a,b,c,d\r\n' },
    ],
    [
      'a wrong answer, in csv with quoted line breaks',
      'mmlu',
      'Line 4 of test/law_test.csv has "E" as "answer". It must be one of A, B, C, D.',
      { 'mmlu/test/law_test.csv': '"one\n\ntwo",a,b,c,d,A\n"x\ny",a,b,c,d,E\n' },
    ],
    [
      'a quote that is not closed',
      'mmlu',
      'Line 2 of test/law_test.csv is no valid CSV. A quote begins at the start of a value, ends at its end, and is doubled within.',
      { 'mmlu/test/law_test.csv': 'q,a,b,c,d,A\n"q,a,b,c,d,A' },
    ],
    [
      'a subject that there is not',
      'cmmlu',
      '"alchemy" is no subject of CMMLU. Its files are named by the subject, such as agronomy.csv or world_religions.csv.',
      { 'cmmlu/test/alchemy.csv': ',Question,A,B,C,D,Answer\n0,q,a,b,c,d,A\n' },
    ],
    [
      'a text form of other than six lines a task',
      'hellaswag',
      'hellaswag_val_full.txt has 7 lines, which is no multiple of six. Each task must have a line with its context, one with ' +
        'the number of the right ending (0 to 3), and four with the endings.',
      { 'hellaswag/hellaswag_val_full.txt': 'a\n0\nb\nc\nd\ne\nf\n' },
    ],
    [
      'an ending that there is not',
      'hellaswag',
      'Line 7 of hellaswag_val_full.txt has "4" as "label". It must be one of 0, 1, 2, 3.',
      { 'hellaswag/hellaswag_val_full.txt': 'a\n0\nb\nc\nd\ne\na\n4\nb\nc\nd\ne' },
    ],
    [
      'a file of labels of another length',
      'piqa',
      'valid-labels.lst has 1 line for 2 questions. It must have one line for each question, in the same order.',
      {
        'piqa/valid.jsonl': jsonl({ goal: 'g', sol1: 'a', sol2: 'b' }, { goal: 'g', sol1: 'a', sol2: 'b' }),
        'piqa/valid-labels.lst': '0\n',
      },
    ],
    [
      'a label that is none',
      'piqa',
      'Line 1 of valid-labels.lst is "2". It must be one of 0, 1.',
      { 'piqa/valid.jsonl': jsonl({ goal: 'g', sol1: 'a', sol2: 'b' }), 'piqa/valid-labels.lst': '2\n' },
    ],
    [
      'an answer that is no label of a choice',
      'arc-e',
      'Line 1 of ARC-Easy-Test.jsonl has "C" as "answerKey". It must be one of A, B.',
      {
        'arc/ARC-Easy-Test.jsonl': jsonl({
          question: {
            stem: 's',
            choices: [
              { text: 'a', label: 'A' },
              { text: 'b', label: 'B' },
            ],
          },
          answerKey: 'C',
        }),
      },
    ],
    [
      'a sentence without a blank',
      'winogrande',
      'Line 1 of dev.jsonl has no blank that text follows in "sentence". It must have "_" where an option goes.',
      { 'winogrande/dev.jsonl': jsonl({ sentence: 'No.', option1: 'a', option2: 'b', answer: '1' }) },
    ],
    [
      'a solution without a number',
      'gsm8k',
      'Line 1 of test.jsonl has an "answer" without a number at its end. It must end in #### and a number.',
      { 'gsm8k/test.jsonl': jsonl({ question: 'q', answer: 'two' }) },
    ],
    [
      'a row of parquet',
      'mmlu',
      'Row 2 of test.parquet has 4 as "answer". It must be one of 0, 1, 2, 3.',
      {
        'mmlu/test.parquet': buildParquet([
          { path: ['question'], values: ['q', 'q'] },
          { path: ['subject'], values: ['law', 'law'] },
          {
            path: ['choices'],
            values: [
              ['a', 'b', 'c', 'd'],
              ['a', 'b', 'c', 'd'],
            ],
          },
          { path: ['answer'], values: [0n, 4n] },
        ]),
      },
    ],
  ])('%s', async (_, task, message, files) => {
    const pattern = message
      .split('…')
      .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('.+');
    await expect(readFrom(files, task, { shots: 0 })).rejects.toMatchObject({
      code: 'DATA',
      message: expect.stringMatching(new RegExp(`^${pattern}$`)) as string,
    });
  });
});

describe('A file is refused', () => {
  it('that is not UTF-8', async () => {
    await expect(readFrom({ 'boolq/val.jsonl': Uint8Array.of(0x7b, 0xff) }, 'boolq')).rejects.toMatchObject({
      code: 'DATA',
      message: expect.stringMatching(
        /val\.jsonl is not UTF-8 text\. Questions are read from UTF-8 text/,
      ) as string,
    });
  });

  it('that is empty', async () => {
    await expect(readFrom({ 'boolq/val.jsonl': '\n' }, 'boolq')).rejects.toMatchObject({
      code: 'DATA',
      message: expect.stringMatching(/val\.jsonl is empty\. It must hold at least one question\.$/) as string,
    });
  });

  it('that is called parquet and is none', async () => {
    await expect(readFrom({ 'mmlu/test.parquet': 'version https://git-lfs' }, 'mmlu')).rejects.toMatchObject({
      code: 'DATA',
      message: expect.stringMatching(
        /test\.parquet cannot be read as parquet: .+ If it was downloaded, remove it/,
      ) as string,
    });
  });

  it('of labels that is not there', async () => {
    const files = { 'piqa/valid.jsonl': jsonl({ goal: 'g', sol1: 'a', sol2: 'b' }) };
    await expect(readFrom(files, 'piqa')).rejects.toMatchObject({
      code: 'FILE_NOT_FOUND',
      message: expect.stringMatching(/valid-labels\.lst\.$/) as string,
    });
  });
});
