import { findSharedLength, type EncodedQuestion } from '../../../../src/evaluate/likelihood/encode.js';
import { planWaves, type Room } from '../../../../src/evaluate/likelihood/waves.js';

const ROOM: Room = { cells: 1000, sequences: 16, groupTokens: 500 };

/** Options of one token each after a context. */
function encode(context: readonly number[], ...choices: readonly number[]): EncodedQuestion {
  const options = choices.map((choice) => ({
    tokens: Int32Array.from([...context, choice]),
    firstScored: context.length,
  }));
  return { options, firstOwn: findSharedLength(options.map(({ tokens }) => tokens)), cut: 0 };
}

const count = (length: number, from: number) => Array.from({ length }, (_, i) => from + i);

/** How many tokens run, by group and call. */
const sizes = (questions: readonly EncodedQuestion[], room = ROOM) =>
  planWaves(questions, room).map(({ waves }) => waves.map(({ request }) => request.tokens.length));

const groups = (questions: readonly EncodedQuestion[], room = ROOM) =>
  planWaves(questions, room).map((group) => group.questions);

describe('Questions are planned', () => {
  it('with a beginning of 16 tokens as a run of its own, and not with one of 15', () => {
    const alike = (length: number) => [
      encode([...count(length, 0), 100, 101], 1, 2),
      encode([...count(length, 0), 200, 201], 1, 2),
    ];
    expect(sizes(alike(16))).toEqual([[16, 4]]);
    expect(sizes(alike(15))).toEqual([[2 * 17]]);
  });

  it('never with the token before what is scored in their common beginning', () => {
    const questions = [encode(count(30, 0), 1, 2), encode(count(30, 0), 3, 4)];
    const [group] = planWaves(questions, ROOM);
    expect(group!.waves.map(({ request }) => request.tokens.length)).toEqual([29, 2]);
    expect(group!.waves.map(({ sinks }) => sinks.length)).toEqual([0, 4]);
  });

  it('with a shorter beginning for more questions where that saves more, and anew where it does not', () => {
    const shared = count(40, 0);
    const long = [encode([...shared, 1, 1], 5, 6), encode([...shared, 2, 2], 5, 6)];
    // 30 for three saves 60, which is more than 40 for two and 16
    const near = encode([...shared.slice(0, 30), 3, 3], 5, 6);
    expect(sizes([...long, near])).toEqual([[30, 12 + 12 + 2]]);
    // 20 for three saves 40, as 40 for two does
    const far = encode([...shared.slice(0, 20), 3, 3], 5, 6);
    expect(sizes([...long, far])).toEqual([[40, 4], [22]]);
  });

  it('in groups of as many tokens as there should be, all after one beginning', () => {
    const questions = count(5, 0).map((i) => encode([...count(20, 0), ...count(10, 100 * i + 100)], 1, 2));
    const room = { ...ROOM, groupTokens: 25 };
    expect(groups(questions, room)).toEqual([[0, 1], [2, 3], [4]]);
    expect(sizes(questions, room)).toEqual([[20, 20], [20], [10]]);
    const clears = planWaves(questions, room).map(({ waves }) => waves.map(({ request }) => request.clear));
    expect(clears).toEqual([[true, false], [false], [false]]);
  });

  it('in groups of as many tokens as there should be where they share nothing', () => {
    const questions = count(5, 0).map((i) => encode(count(10, 100 * i), 1, 2));
    const room = { ...ROOM, groupTokens: 25 };
    expect(groups(questions, room)).toEqual([[0, 1], [2, 3], [4]]);
    for (const { waves } of planWaves(questions, room)) expect(waves[0]!.request.clear).toBe(true);
  });

  it('alone where one has more tokens than a group should have', () => {
    const questions = [encode(count(10, 0), 1), encode(count(60, 100), 1), encode(count(10, 300), 1)];
    expect(groups(questions, { ...ROOM, groupTokens: 25 })).toEqual([[0], [1], [2]]);
  });

  it('without a common beginning where there is a single sequence', () => {
    const questions = [encode([...count(30, 0), 100], 1, 2), encode([...count(30, 0), 200], 1, 2)];
    expect(sizes(questions, { ...ROOM, sequences: 1 })).toEqual([[31], [31]]);
  });

  it('not at all where there are none', () => {
    expect(planWaves([], ROOM)).toEqual([]);
  });
});
