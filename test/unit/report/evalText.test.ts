import {
  renderEvalGeneration,
  renderEvalSpeed,
  renderEvalTasks,
  renderEvalText,
} from '../../../src/report/index.js';
import { alone, makeGeneration, makeSpeed, makeTask, makeText } from '../../fixtures/evalReport.js';

const lines = (text: string) => text.split('\n');

describe('The table of a text', () => {
  it('compares the model with its original', () => {
    expect(lines(renderEvalText(makeText(), 80))).toEqual([
      'Text: wiki.txt, 16 of 45 windows of 512 tokens, second half scored',
      '                          original           model  change',
      ' perplexity           20.0 ± 0.400    25.0 ± 0.500   +25 %',
      ' KL divergence, mean             –  0.250 ± 0.0125',
      ' KL divergence, 99 %             –            3.50',
      ' same next token                 –    80.0 ± 0.6 %',
      '',
      ' Slightly worse than the original.',
    ]);
  });

  it('has the perplexity alone where there is no original', () => {
    expect(lines(renderEvalText(makeText(alone), 80))).toEqual([
      'Text: wiki.txt, 16 of 45 windows of 512 tokens, second half scored',
      ' perplexity  25.0 ± 0.500',
    ]);
  });

  it.each([
    [{ windows: 45 }, '45 windows of 512 tokens, second half scored'],
    [{ windows: 1 }, '1 of 45 windows of 512 tokens, second half scored'],
    [{ windows: 1, windowsOfText: 1 }, '1 window of 512 tokens, second half scored'],
    [{ rule: 'sliding', stride: 128 }, '16 of 45 windows of 512 tokens, slid by 128'],
  ] as const)('says of %j how it was read', (changes, words) => {
    expect(lines(renderEvalText(makeText(changes), 80))[0]).toBe(`Text: wiki.txt, ${words}`);
  });

  it('wraps its verdict', () => {
    const [first, second] = lines(renderEvalText(makeText(), 20)).slice(-2);
    expect([first, second]).toEqual([' Slightly worse than', ' the original.']);
  });
});

describe('The table of tasks', () => {
  it('compares the model with its original', () => {
    const many = makeTask({ title: 'GSM8K', questions: 1319, shots: 5, chance: 0, notes: ['A note.'] });
    expect(lines(renderEvalTasks([makeTask(), many], 80))).toEqual([
      'Tasks',
      '                    questions  guessing      original         model      change',
      ' MMLU                     500      25 %  45.0 ± 2.0 %  40.0 ± 2.0 %  −5.0 ± 1.2',
      ' GSM8K, 5 examples       1319       0 %  45.0 ± 2.0 %  40.0 ± 2.0 %  −5.0 ± 1.2',
      ' GSM8K: A note.',
    ]);
  });

  it('has the accuracy alone where there is no original', () => {
    expect(lines(renderEvalTasks([makeTask({ before: null, difference: null, shots: 1 })], 80))).toEqual([
      'Tasks',
      '                  questions  guessing         model',
      ' MMLU, 1 example        500      25 %  40.0 ± 2.0 %',
    ]);
  });

  it('has no errors where there is a single question', () => {
    const task = makeTask();
    const single = (value: number) => ({ ...task.after, accuracy: { value, error: null } });
    const difference = { value: 1, error: null, gained: 1, lost: 0 };
    const table = renderEvalTasks(
      [makeTask({ questions: 1, before: single(0), after: single(1), difference })],
      80,
    );
    expect(lines(table).at(-1)).toMatch(/ 1 +25 % +0\.0 % +100\.0 % +\+100\.0$/);
  });

  it('escapes what a user called a task', () => {
    const table = renderEvalTasks([makeTask({ title: 'a\u001b[31m', notes: ['A note.'] })], 80);
    expect(table).not.toContain('\u001b');
    expect(table).toContain('a\\u001b[31m');
  });
});

describe('The table of what is written', () => {
  it('has one column where there is no original', () => {
    expect(lines(renderEvalGeneration(makeGeneration({ before: null }), 80))).toEqual([
      'What it writes: 8 prompts, 2 texts each, up to 96 tokens (built in)',
      ' repeated 4-grams         30.0 %',
      ' different tokens         60.0 %',
      ' different pairs          90.0 %',
      ' end in a loop           4 of 16',
      ' in another language     2 of 16',
      ' in no recognisable one  0 of 16',
      ' stopped early           0 of 16',
    ]);
    const alone = makeGeneration({ before: null, prompts: 1, texts: 1 });
    expect(renderEvalGeneration(alone, 80)).toMatch(/^What it writes: 1 prompt, 1 text each, /);
  });

  it('has the comparison, the texts that suffered most and the verdict where there is one', () => {
    const count = { original: 1, pruned: 4, gained: 3, lost: 0, pairs: 16 };
    const mean = { original: 0.1, pruned: 0.3, change: 0.2, error: 0.01, pairs: 16 };
    const comparison = {
      pairs: 16,
      means: {
        tokens: null,
        repetition: mean,
        distinct1: null,
        distinct2: null,
        distinct3: null,
        foreignLetters: null,
      },
      counts: { loops: count, drifts: count, unrecognised: count, earlyStops: count },
      troubled: count,
      ended: count,
      byKind: {},
      byLanguage: {},
      verdict: { grade: 'severe', sentence: 'Much worse.' },
    };
    const excerpt = { promptId: 'p', sample: 0, prompt: 'Once', original: 'a', pruned: 'b', finding: '' };
    const shown = renderEvalGeneration(makeGeneration({ comparison, excerpts: [excerpt] }), 80);
    expect(shown).toMatch(/repeated 4-grams +10\.0 % +30\.0 % +\+20\.0 points/);
    expect(shown).toMatch(/end in a loop +1 +4 +\+3/);
    expect(shown).toContain(' p: Once');
    expect(shown).toMatch(/\n Much worse\.$/);
  });
});

describe('The table of speed', () => {
  it('compares the model with its original', () => {
    expect(lines(renderEvalSpeed(makeSpeed()))).toEqual([
      'Speed: 256 tokens of prompt, 32 written; median, lowest to highest',
      '                                              original                   model  change',
      ' file                                           100 MB                 90.0 MB   −10 %',
      ' peak memory                                    200 MB                  180 MB   −10 %',
      ' first token, ms                     100 (90.0 to 120)       100 (90.0 to 120)  ±0.0 %',
      ' prompt, 1 text, tokens/s         1,000 (900 to 1,100)    1,100 (990 to 1,210)   +10 %',
      ' generation, 1 text, tokens/s      50.0 (45.0 to 55.0)     60.0 (54.0 to 66.0)   +20 %',
      ' prompt, 4 texts, tokens/s      2,000 (1,800 to 2,200)  2,200 (1,980 to 2,420)   +10 %',
      ' generation, 4 texts, tokens/s        150 (135 to 165)        180 (162 to 198)   +20 %',
    ]);
  });

  it('has one column where there is no original', () => {
    expect(lines(renderEvalSpeed(makeSpeed({ before: null, interleaved: false })))).toEqual([
      'Speed: 256 tokens of prompt, 32 written; median, lowest to highest',
      '                                                 model',
      ' file                                          90.0 MB',
      ' peak memory                                    180 MB',
      ' first token, ms                     100 (90.0 to 120)',
      ' prompt, 1 text, tokens/s         1,100 (990 to 1,210)',
      ' generation, 1 text, tokens/s      60.0 (54.0 to 66.0)',
      ' prompt, 4 texts, tokens/s      2,200 (1,980 to 2,420)',
      ' generation, 4 texts, tokens/s        180 (162 to 198)',
    ]);
  });

  it('says where the two were not timed in turns', () => {
    expect(lines(renderEvalSpeed(makeSpeed({ interleaved: false })))[0]).toMatch(
      /; not in turns, for want of memory$/,
    );
  });

  it('has the memory of a device where the model is on one, and a dash for what is not known', () => {
    const speed = makeSpeed();
    const after = { ...speed.after, deviceMemory: 95_000_000 };
    const table = lines(renderEvalSpeed({ ...speed, after }));
    expect(table.find((line) => line.startsWith(' device'))).toMatch(/^ device memory +– +95\.0 MB +–$/);
  });
});
