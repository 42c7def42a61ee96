import fc from 'fast-check';
import { scoreQuestions, type ChoiceQuestion, type OptionScore } from '../../../../src/evaluate/index.js';
import {
  bosToken,
  computeLogProbability,
  SequenceModel,
  tokenizeLetters,
} from '../../../fixtures/sequenceModel.js';

type Options = ChoiceQuestion['options'];

const ask = (options: Options): ChoiceQuestion => ({
  kind: 'choice',
  id: 'questions:1',
  group: undefined,
  options,
  answer: 0,
});

/** Options that follow one context. */
const choose = (context: string, ...choices: readonly string[]) =>
  ask(choices.map((continuation) => ({ context, continuation })));

async function score(model: SequenceModel, questions: readonly ChoiceQuestion[], longest?: number) {
  const reported: (readonly [number, readonly OptionScore[]])[] = [];
  let cut = 0;
  await scoreQuestions(model, questions, {
    longest,
    onScored(question, scores, isCut) {
      reported.push([question, scores]);
      cut += Number(isCut);
    },
  });
  return { cut, reported, scores: new Map(reported) };
}

/** The tokens of each option and the first that is scored, by the rule of the harness. */
function encodePlainly({ options }: ChoiceQuestion) {
  return options.map(({ context, continuation }) => {
    const head = context.trimEnd();
    const tokens = [bosToken, ...tokenizeLetters(context + continuation)];
    const first = Math.min(1 + tokenizeLetters(head).length, tokens.length - 1);
    return { tokens, first };
  });
}

/** What the options score when each is run by itself. */
function scorePlainly(question: ChoiceQuestion): OptionScore[] {
  const encoded = encodePlainly(question);
  const shared = encoded[0]!.tokens.findIndex((token, i) =>
    encoded.some(({ tokens }) => tokens[i] !== token),
  );
  return encoded.map(({ tokens, first }) => {
    const sum = (from: number) =>
      tokens
        .slice(from)
        .reduce((total, target, i) => total + computeLogProbability(tokens.slice(0, from + i), target), 0);
    const own = Math.max(first, shared === -1 ? encoded[0]!.tokens.length : shared);
    const ownFrom = own < tokens.length ? own : first;
    return {
      logProbability: sum(first),
      ownLogProbability: sum(ownFrom),
      ownTokens: tokens.length - ownFrom,
    };
  });
}

const countPlainly = (questions: readonly ChoiceQuestion[]) =>
  questions.flatMap(encodePlainly).reduce((sum, { tokens }) => sum + tokens.length - 1, 0);

function expectSame(scores: readonly OptionScore[] | undefined, expected: readonly OptionScore[]) {
  expect(scores).toHaveLength(expected.length);
  expected.forEach(({ logProbability, ownLogProbability, ownTokens }, o) => {
    expect(scores?.[o]?.logProbability).toBeCloseTo(logProbability, 9);
    expect(scores?.[o]?.ownLogProbability).toBeCloseTo(ownLogProbability, 9);
    expect(scores?.[o]?.ownTokens).toBe(ownTokens);
  });
}

/** Few letters, so that texts begin alike, and `th`, so that tokens merge where context and continuation meet. */
const text = (minLength: number, maxLength: number) =>
  fc.string({ unit: fc.constantFrom('t', 'h', 'a', ' '), minLength, maxLength });

const anyQuestion = (head: string): fc.Arbitrary<ChoiceQuestion> => {
  const start = text(0, 25).map((own) => head + own);
  const continuation = text(1, 7);
  const alike = fc
    .tuple(start, fc.array(continuation, { minLength: 1, maxLength: 6 }))
    .map(([context, choices]) => choose(context, ...choices));
  // as WinoGrande: other contexts, the same continuation
  const unlike = fc
    .tuple(start, fc.array(text(1, 4), { minLength: 2, maxLength: 3 }), continuation)
    .map(([context, words, end]) =>
      ask(words.map((word) => ({ context: context + word, continuation: end }))),
    );
  return fc.oneof({ weight: 3, arbitrary: alike }, unlike);
};

/** Beginnings such as those of few-shot examples, each of which some questions in a row have. */
const head = fc.oneof(fc.constant(''), text(20, 60));
const anyTask = fc
  .array(
    head.chain((own) => fc.array(anyQuestion(own), { maxLength: 9, size: 'max' })),
    {
      maxLength: 4,
      size: 'max',
    },
  )
  .map((sections) => sections.flat());

describe('Questions', () => {
  it('score as when each option is run by itself, whatever they share, in any room', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyTask,
        fc.nat(150),
        fc.integer({ min: 1, max: 9 }),
        async (questions, more, most) => {
          const longest = Math.max(8, ...questions.flatMap(encodePlainly).map(({ tokens }) => tokens.length));
          const model = new SequenceModel(longest + more, most);
          const { reported, scores, cut } = await score(model, questions);
          expect(reported.map(([question]) => question).sort((a, b) => a - b)).toEqual([...questions.keys()]);
          questions.forEach((question, q) => {
            expectSame(scores.get(q), scorePlainly(question));
          });
          expect(cut).toBe(0);
          expect(model.tokensRun).toBeLessThanOrEqual(countPlainly(questions));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('run what they all begin with once', async () => {
    const head = 'a'.repeat(100);
    // each 1 + 100 + 5 tokens before an option of two, of which the last does not run
    const questions = ['bcdef', 'cdefg', 'defgh'].map((own) => choose(head + own, 'xy', 'yz'));
    const model = new SequenceModel(400, 16);
    const { scores } = await score(model, questions);
    questions.forEach((question, q) => {
      expectSame(scores.get(q), scorePlainly(question));
    });
    // BOS and head once; per question twice the five tokens and one of the option: a stem of five is not worth while
    expect(model.tokensRun).toBe(101 + 3 * 2 * 6);
    expect(model.requests).toHaveLength(3);
    expect(countPlainly(questions)).toBe(3 * 2 * 107);
  });

  it('run what the options of one share once', async () => {
    const question = choose('abcdefghijklmnop', 'qx', 'qy', 'rx');
    const model = new SequenceModel(64, 8);
    const { scores } = await score(model, [question]);
    expectSame(scores.get(0), scorePlainly(question));
    // BOS and 16 letters, then q for two options, r for one
    expect(model.tokensRun).toBe(17 + 2);
    expect(model.requests.map(({ tokens }) => tokens.length)).toEqual([17, 2]);
  });

  it('with options of a single token run their context alone, in one call', async () => {
    const model = new SequenceModel(64, 8);
    const question = choose('Is it?', 'y', 'n');
    const { scores } = await score(model, [question]);
    expectSame(scores.get(0), scorePlainly(question));
    expect(model.tokensRun).toBe(7);
    expect(model.requests).toHaveLength(1);
    expect(scores.get(0)!.map(({ ownTokens }) => ownTokens)).toEqual([1, 1]);
  });

  it('with equal options have all of their tokens as their own', async () => {
    const { scores } = await score(new SequenceModel(64, 8), [choose('a', 'bc', 'bc')]);
    const [first, second] = scores.get(0)!;
    expect(first).toEqual(second);
    expect(first).toMatchObject({ ownTokens: 2, ownLogProbability: first!.logProbability });
  });

  it('with an option that begins another one count what the longer one has of its own', async () => {
    const { scores } = await score(new SequenceModel(64, 8), [choose('a', 'bc', 'bcde')]);
    expectSame(scores.get(0), scorePlainly(choose('a', 'bc', 'bcde')));
    expect(scores.get(0)!.map(({ ownTokens }) => ownTokens)).toEqual([2, 2]);
  });

  it('that share too little for a run of its own still run side by side', async () => {
    const questions = ['abcd', 'bcda', 'cdab', 'dabc'].map((context) => choose(context, 'xx', 'yy'));
    const model = new SequenceModel(200, 16);
    const { scores } = await score(model, questions);
    questions.forEach((question, q) => {
      expectSame(scores.get(q), scorePlainly(question));
    });
    expect(model.requests.filter(({ tokens }) => tokens.length > 0)).toHaveLength(1);
    expect(model.tokensRun).toBe(countPlainly(questions));
  });

  it('find the room free of what those before them left', async () => {
    const head = 'h'.repeat(40);
    const long = choose(`${head}a`, 'b'.repeat(20), 'c'.repeat(20));
    const stem = choose(head + 'd'.repeat(25), 'eeeee', 'fffff');
    // BOS and head; then 2 × 20 tokens, then 25 and 2 × 4
    const model = new SequenceModel(41 + 40, 8);
    const { scores } = await score(model, [long, stem, long]);
    [long, stem, long].forEach((question, q) => {
      expectSame(scores.get(q), scorePlainly(question));
    });
    expect(model.mostCells).toBe(81);
    expect(model.tokensRun).toBe(41 + 40 + 33 + 40);
  });

  it('are asked a part at a time where they are very many, each reported under its own number', async () => {
    const questions = Array.from({ length: 1100 }, (_, i) => choose(`Question ${i}:`, ' a', ' b'));
    const model = new SequenceModel(2048, 64);
    const { reported, scores } = await score(model, questions);
    expect(reported).toHaveLength(1100);
    for (const q of [0, 511, 512, 1023, 1024, 1099]) expectSame(scores.get(q), scorePlainly(questions[q]!));
  });

  it('that are too many for the sequences run one option after the other', async () => {
    const question = choose('abc', 'xx', 'yy', 'zz', 'ww');
    const model = new SequenceModel(64, 3);
    const { reported } = await score(model, [question]);
    expect(reported).toHaveLength(1);
    expectSame(reported[0]![1], scorePlainly(question));
  });

  it('take no call at all where there are none', async () => {
    const model = new SequenceModel(64, 3);
    expect(await score(model, [])).toMatchObject({ cut: 0, reported: [] });
    expect(model.requests).toEqual([]);
  });

  it('whose beginning was cut off for want of room are counted', async () => {
    const questions = [choose('a'.repeat(40), 'x', 'y'), choose('b', 'x', 'y')];
    const { cut, reported } = await score(new SequenceModel(20, 4), questions);
    expect(cut).toBe(1);
    expect(reported).toHaveLength(2);
  });

  it('are no longer than the model was trained on', async () => {
    const model = new SequenceModel(200, 4);
    const { cut } = await score(model, [choose('a'.repeat(40), 'x', 'y')], 20);
    expect(cut).toBe(1);
    expect(Math.max(...model.requests.flatMap(({ positions }) => [...positions]))).toBe(18);
  });

  it('are refused when a probability is not a number', async () => {
    const model = new SequenceModel(64, 4);
    model.runSequences = ({ rows }) => Promise.resolve(new Float32Array(rows.length).fill(NaN));
    await expect(score(model, [choose('a', 'b', 'c')])).rejects.toMatchObject({ code: 'SCORE_UNDEFINED' });
  });

  it('pass the signal on, and what the model throws', async () => {
    const { signal } = new AbortController();
    const failure = new Error('the model failed');
    const model = new SequenceModel(64, 4);
    const failing = Object.assign(model, {
      runSequences: (_: unknown, options?: { signal?: AbortSignal }) => {
        expect(options?.signal).toBe(signal);
        return Promise.reject(failure);
      },
    });
    const scoring = scoreQuestions(failing, [choose('a', 'b')], { signal, onScored: () => undefined });
    await expect(scoring).rejects.toBe(failure);
  });
});
