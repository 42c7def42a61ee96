import type { ChoiceQuestion } from '../../../../src/evaluate/index.js';
import {
  encodeQuestions,
  findSharedLength,
  type EncodedQuestion,
  type Tokenizer,
} from '../../../../src/evaluate/likelihood/encode.js';
import { bosToken, SequenceModel, tokenizeLetters } from '../../../fixtures/sequenceModel.js';

const ROOMY = 1000;
const withBos = { bos: bosToken, addBos: true };

async function encode(
  pairs: readonly (readonly [context: string, continuation: string])[],
  { room = ROOMY, facts = withBos }: { room?: number; facts?: Tokenizer['facts'] } = {},
): Promise<EncodedQuestion> {
  const options = pairs.map(([context, continuation]) => ({ context, continuation }));
  const question: ChoiceQuestion = { kind: 'choice', id: 'a.csv:7', group: undefined, options, answer: 0 };
  const [encoded] = await encodeQuestions(new SequenceModel(8, 1, facts), [question], room);
  return encoded!;
}

/** Tokens before the continuation, and those of it. */
const split = ({ options }: EncodedQuestion) =>
  options.map(({ tokens, firstScored }) => [
    [...tokens.subarray(0, firstScored)],
    [...tokens.subarray(firstScored)],
  ]);

const letters = (text: string) => tokenizeLetters(text);

describe('An option', () => {
  it('is its context after BOS, then its continuation', async () => {
    expect(split(await encode([['ab', ' c']]))).toEqual([[[bosToken, ...letters('ab')], letters(' c')]]);
  });

  it.each([
    ['wants none', { bos: bosToken, addBos: false }],
    ['has none', { bos: null, addBos: true }],
  ])('has no BOS where the model %s', async (_, facts) => {
    expect(split(await encode([['ab', ' c']], { facts }))).toEqual([[letters('ab'), letters(' c')]]);
  });

  it.each([
    ['ab ', 'c', ' c'],
    ['ab', ' c', ' c'],
    ['ab \n', 'c', ' \nc'],
    ['ab ', ' c', '  c'],
  ])('of %j and %j scores the blanks between them as well', async (context, continuation, scored) => {
    expect(split(await encode([[context, continuation]]))).toEqual([
      [[bosToken, ...letters('ab')], letters(scored)],
    ]);
  });

  it('scores from as many tokens on as its context has by itself where tokens merge between the two', async () => {
    // "at" + "ho" is a, th, o: the merged token takes the place of the context's last and counts as context
    expect(split(await encode([['at', 'ho']]))).toEqual([[[bosToken, 97, 1000], letters('o')]]);
  });

  it('scores one token at least, though all of it merged into the context', async () => {
    expect(split(await encode([['at', 'h']]))).toEqual([[[bosToken, 97], [1000]]]);
  });

  it.each([true, false])('with an empty context comes after BOS, wanted or not (%p)', async (addBos) => {
    expect(split(await encode([['', 'bc']], { facts: { bos: bosToken, addBos } }))).toEqual([
      [[bosToken], letters('bc')],
    ]);
  });

  it('with an empty context and no BOS at all scores from its second token on', async () => {
    const facts = { bos: null, addBos: false };
    expect(split(await encode([['', 'bc']], { facts }))).toEqual([[letters('b'), letters('c')]]);
  });
});

describe('Options that are too long', () => {
  it('lose as much of their beginning as the longest is too long, and keep BOS and what they share', async () => {
    const encoded = await encode(
      [
        ['abcdefgh', 'x'],
        ['abcdefgh', 'xyz'],
      ],
      { room: 9 },
    );
    expect(encoded.cut).toBe(3);
    expect(split(encoded)).toEqual([
      [[bosToken, ...letters('defgh')], letters('x')],
      [[bosToken, ...letters('defgh')], letters('xyz')],
    ]);
    expect(encoded.firstOwn).toBe(7);
  });

  it('lose nothing where they fit exactly', async () => {
    const encoded = await encode([['abcdef', 'xy']], { room: 9 });
    expect(encoded.cut).toBe(0);
    expect(encoded.options[0]!.tokens).toHaveLength(9);
  });

  it('lose all of their context at most, and nothing of what is scored', async () => {
    expect(split(await encode([['abcd', 'uvwxyz']], { room: 7 }))).toEqual([[[bosToken], letters('uvwxyz')]]);
    const facts = { bos: null, addBos: false };
    expect(split(await encode([['abcd', 'uvwxyz']], { room: 7, facts }))).toEqual([
      [letters('d'), letters('uvwxyz')],
    ]);
  });

  it('are refused where what is scored does not fit', async () => {
    await expect(encode([['abcd', 'uvwxyz']], { room: 6 })).rejects.toMatchObject({
      code: 'DATA',
      message:
        'An option of the question a.csv:7 takes 7 tokens without its context; 6 can be run at once. Shorten it.',
    });
  });
});

describe('The length that sequences share', () => {
  const sequence = (...tokens: readonly number[]) => Int32Array.from(tokens);

  it.each([
    ['nothing of none', [], 0],
    ['all of a single one', [sequence(1, 2)], 2],
    ['all of the shortest that begins the others', [sequence(1, 2, 3), sequence(1, 2), sequence(1, 2, 4)], 2],
    ['what comes before the first difference', [sequence(1, 2, 3), sequence(1, 5, 3)], 1],
    ['nothing where the first differs', [sequence(1, 2), sequence(2, 2)], 0],
    ['nothing where one is empty', [sequence(1, 2), sequence()], 0],
  ])('is %s', (_, sequences, length) => {
    expect(findSharedLength(sequences)).toBe(length);
  });
});
