import {
  judgeLanguage,
  languageCodes,
  measureForeignLetters,
  measureText,
  measureTexts,
  openDetector,
  readPrompts,
  type DetectLanguage,
  type Prompt,
} from '../../../../src/evaluate/generation/index.js';

const english =
  'The keeper put down his lamp and listened. Somewhere above him a board creaked, and then there was only the wind. ' +
  'He had lived in this tower for eleven years, and he knew every sound that it could make by night.';
const german =
  'Der Wärter stellte seine Lampe ab und lauschte. Irgendwo über ihm knarrte ein Brett, und dann war nur noch der Wind ' +
  'zu hören. Seit elf Jahren lebte er in diesem Turm und kannte jedes Geräusch, das er in der Nacht machte.';
const chinese =
  '守塔人放下灯，静静地听着。头顶上的某个地方，一块木板吱嘎作响，然后只剩下风声。他在这座塔里住了十一年，知道它在夜里会发出的每一种声音。';

let detect: DetectLanguage;
beforeAll(async () => {
  detect = await openDetector();
});

describe('The language of a text', () => {
  it.each([
    ['en', english, { detected: 'en', drifted: false, recognised: true }],
    ['de', german, { detected: 'de', drifted: false, recognised: true }],
    ['zh', chinese, { detected: 'zh', drifted: false, recognised: true }],
    ['en', german, { detected: 'de', drifted: true, recognised: true }],
    ['en', chinese, { detected: 'zh', drifted: true, recognised: true }],
    ['zh', english, { detected: 'en', drifted: true, recognised: true }],
    ['en', `${english} ${english} ${chinese}`, { detected: 'en', drifted: true, recognised: true }],
  ])('expected to be %s is judged: %s', (expected, text, judgement) => {
    expect(judgeLanguage(text, expected, detect)).toEqual(judgement);
  });

  it.each(['', 'Paris.', '42, 43, 44', '对。'])('is not judged of the short text %j', (text) => {
    expect(judgeLanguage(text, 'en', detect)).toEqual({ detected: null, drifted: null, recognised: null });
  });

  it('is not recognised in random letters', () => {
    const text = 'xqzv wkjh poiu mnbv qwrt zxcv lkjh gfds trew yuio bnmv cxza '.repeat(3);
    expect(judgeLanguage(text, 'en', detect)).toMatchObject({ drifted: false, recognised: false });
  });

  it('stays Chinese where names in Latin letters occur', () => {
    const text =
      'Python是一种由Guido van Rossum创建的编程语言，它支持Windows、Linux和macOS。它的语法简单，适合初学者。';
    expect(judgeLanguage(text, 'zh', detect)).toMatchObject({ detected: 'zh', drifted: false });
  });

  it('is not judged of code between fences', () => {
    expect(judgeLanguage(`\`\`\`\n${german}\n\`\`\`\n${english}`, 'en', detect).detected).toBe('en');
    expect(judgeLanguage(`\`\`\`\n${german}`, 'en', detect).drifted).toBeNull();
  });

  it('is that of each prompt of the package', async () => {
    for (const { text, language, kind } of await readPrompts()) {
      if (kind === 'code') continue;
      expect(judgeLanguage(text, language!, detect).drifted).not.toBe(true);
    }
  });

  it('may be each one that the detector knows', async () => {
    const { eld } = await import('eld/small');
    expect([...languageCodes]).toEqual(Object.values(eld.info().Languages).sort());
  });
});

describe('Letters of foreign scripts', () => {
  it.each([
    ['en', 'abc', 0],
    ['en', 'abcжжж', 0.5],
    ['en', 'abc漢', 0.5],
    ['zh', '漢abc', 0],
    ['ja', '漢字とカナー', 0],
    ['zh', '漢と', 0.5],
    ['ko', '한漢', 0.5],
    ['hi', 'हिन्दी', 0],
    ['en', '12, !?', null],
    ['en', '', null],
  ])('in %s, %j are %p', (language, text, expected) => {
    expect(measureForeignLetters(text, language)).toBe(expected);
  });
});

describe('One text', () => {
  const prompt: Prompt = { id: 'a', kind: 'story', language: 'en', text: 'Once' };
  const generated = {
    promptId: 'a',
    tokens: [1, 2, 3, 4, 5, 6, 7, 8],
    text: english,
    ended: true,
    limit: 99,
  };

  it('has all measures', () => {
    expect(measureText(generated, prompt, detect)).toEqual({
      promptId: 'a',
      sample: 0,
      kind: 'story',
      language: 'en',
      tokens: 8,
      ended: true,
      limit: 99,
      repetition: 0,
      distinct1: 1,
      distinct2: 1,
      distinct3: 1,
      loop: null,
      detected: 'en',
      drifted: false,
      recognised: true,
      foreignLetters: 0,
      stoppedEarly: false,
    });
  });

  it.each([
    ['ended with its seventh token', { tokens: [1, 2, 3, 4, 5, 6, 7] }, true],
    ['cut after its seventh token', { tokens: [1, 2, 3, 4, 5, 6, 7], ended: false }, false],
    ['blank', { text: ' \n', ended: false }, true],
  ])('stopped early or not: %s', (_, changes, expected) => {
    expect(measureText({ ...generated, ...changes }, prompt, detect).stoppedEarly).toBe(expected);
  });

  it('has no language to judge where it is code or none is expected', () => {
    const code = measureText({ ...generated, text: german }, { ...prompt, kind: 'code' }, detect);
    expect(code).toMatchObject({ drifted: null, recognised: null, foreignLetters: 0 });
    const unknown = measureText(generated, { ...prompt, language: null }, detect);
    expect(unknown).toMatchObject({ drifted: null, recognised: null, foreignLetters: null });
  });

  it('must belong to a prompt', () => {
    expect(() => measureTexts([{ ...generated, promptId: 'b' }], [prompt], detect)).toThrow(
      /prompt "b", which/,
    );
  });
});
