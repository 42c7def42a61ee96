import { cutAtStop, judgeWritten, type WrittenQuestion } from '../../../../src/evaluate/tasks/index.js';

function judge(answer: string, written: string) {
  const question: WrittenQuestion = {
    kind: 'written',
    id: 'f:1',
    group: undefined,
    prompt: 'p',
    answer,
    stop: ['Question:', '\n\n'],
    maxTokens: 9,
  };
  return judgeWritten(question, written);
}

describe('A written number', () => {
  it.each([
    ['18', ' 9 * 2 = 18\n#### 18', '18'],
    ['18', ' #### 18\nand 3 more', '18'],
    ['1200', ' It costs $1,200.', '1200'],
    ['-5', ' so -5', '-5'],
    ['3', ' 3', '3'],
    ['0.5', ' 0.5.', '0.5'],
    ['18', ' 18\n\n#### 19', '18'],
    ['18', ' 18 Question: 20 and?', '18'],
    ['1,000', ' #### 1000', '1000'],
    [' 36\n', ' 36', '36'],
  ])('%s is found in %j', (answer, written, found) => {
    expect(judge(answer, written)).toEqual({ found, right: true });
  });

  it.each([
    ['18', ' #### 19 is not 18', '19'],
    ['18', ' 18 and then 19', '19'],
    ['18', ' 180', '180'],
    ['18', ' eighteen', undefined],
    ['18', '', undefined],
  ])('%s is not what %j says', (answer, written, found) => {
    expect(judge(answer, written)).toEqual({ found, right: false });
  });
});

describe('A written word', () => {
  it.each([
    ['Paris', ' It is paris.'],
    ['New York', 'NEW\nYORK'],
    ['北京', '答案是北京。'],
    ['no', 'I know: no'],
    ['C++', 'in C++17'],
  ])('%s is found in %j', (answer, written) => {
    expect(judge(answer, written)).toEqual({ found: answer, right: true });
  });

  it.each([
    ['no', 'I know'],
    ['Paris', 'London\n\nParis'],
    ['Paris', ''],
  ])('%s is not in %j', (answer, written) => {
    expect(judge(answer, written)).toEqual({ found: undefined, right: false });
  });
});

it('A text ends before the first of its stops', () => {
  expect(cutAtStop('a b c', ['c', 'b'])).toBe('a ');
  expect(cutAtStop('a b c', ['d'])).toBe('a b c');
});
