import fc from 'fast-check';
import { scoreWindows, type StateSource } from '../../../src/score/index.js';
import { gramOf, type States } from '../../fixtures/states.js';

/** A model that gives each token the states that `states` has under its id. */
function makeSource(states: States, signals: (AbortSignal | undefined)[] = []): StateSource {
  const blocks = (states[0]?.length ?? 0) - 1;
  return {
    facts: { blocks },
    runWindow({ tokens }, options) {
      signals.push(options?.signal);
      return Promise.resolve({ gram: gramOf(Array.from(tokens, (token) => states[token] ?? [])) });
    },
  };
}

const STATES: States = [
  [
    [1, 0],
    [0, 1],
    [0, 2],
  ],
  [
    [1, 0],
    [1, 0],
    [-1, 0],
  ],
];

describe('Scoring windows', () => {
  it('runs each window once and scores every block', async () => {
    const scores = await scoreWindows(makeSource(STATES), [Int32Array.of(0, 1), Int32Array.of(0, 1)]);
    expect(scores).toMatchObject({ blocks: 2, tokens: 4, windows: 2, blockInfluence: [0.5, 1] });
    expect(scores.standardErrors.blockInfluence).toEqual([0, 0]);
  });

  it('tells how far it is, before the first window and after each', async () => {
    const progress: (readonly [number, number])[] = [];
    await scoreWindows(makeSource(STATES), [Int32Array.of(0), Int32Array.of(1)], {
      onWindow: (done, total) => progress.push([done, total]),
    });
    expect(progress).toEqual([
      [0, 2],
      [1, 2],
      [2, 2],
    ]);
  });

  it('stops after the window that is enough, with what those before it gave', async () => {
    const progress: (readonly [number, number])[] = [];
    const windows = [0, 1, 0, 1].map((token) => Int32Array.of(token));
    const scores = await scoreWindows(makeSource(STATES), windows, {
      onWindow: (done, total) => progress.push([done, total]),
      isEnough: ({ windows }) => windows === 2,
    });
    expect(scores).toEqual(await scoreWindows(makeSource(STATES), windows.slice(0, 2)));
    expect(progress.at(-1)).toEqual([2, 2]);
  });

  it('hands the signal to the model and passes on what the model throws', async () => {
    const signals: (AbortSignal | undefined)[] = [];
    const { signal } = new AbortController();
    await scoreWindows(makeSource(STATES, signals), [Int32Array.of(0)], { signal });
    expect(signals).toEqual([signal]);
    const failure = new Error('the model failed');
    const failing: StateSource = { facts: { blocks: 2 }, runWindow: () => Promise.reject(failure) };
    await expect(scoreWindows(failing, [Int32Array.of(0)])).rejects.toBe(failure);
  });

  it('names the block whose states are no numbers', async () => {
    const broken: States = [[[1], [NaN], [1]]];
    await expect(scoreWindows(makeSource(broken), [Int32Array.of(0)])).rejects.toMatchObject({
      code: 'SCORE_UNDEFINED',
      message: expect.stringContaining('after block 0 is not a finite number') as string,
    });
  });

  it('is refused without windows', async () => {
    await expect(scoreWindows(makeSource(STATES), [])).rejects.toMatchObject({ code: 'SCORE_UNDEFINED' });
  });
});

const state = fc
  .array(fc.integer({ min: -20, max: 20 }), { minLength: 3, maxLength: 3 })
  .filter((elements) => elements.some((element) => element !== 0));
const tokens = fc.array(fc.array(state, { minLength: 4, maxLength: 4 }), { minLength: 1, maxLength: 5 });
const every = (states: States) => [Int32Array.from(states.keys())];

describe('The influence of blocks', () => {
  it('does not change when all states are scaled', async () => {
    await fc.assert(
      fc.asyncProperty(tokens, fc.double({ min: 0.01, max: 100, noNaN: true }), async (states, factor) => {
        const scaled = states.map((token) => token.map((own) => own.map((element) => factor * element)));
        const before = await scoreWindows(makeSource(states), every(states));
        const after = await scoreWindows(makeSource(scaled), every(states));
        before.blockInfluence.forEach((influence, block) => {
          expect(after.blockInfluence[block]).toBeCloseTo(influence, 5);
        });
      }),
    );
  });

  it('is the same in whatever order windows are run', async () => {
    await fc.assert(
      fc.asyncProperty(tokens, async (states) => {
        const windows = states.map((_, token) => Int32Array.of(token));
        const forwards = await scoreWindows(makeSource(states), windows);
        const backwards = await scoreWindows(makeSource(states), windows.toReversed());
        forwards.blockInfluence.forEach((influence, block) => {
          expect(backwards.blockInfluence[block]).toBeCloseTo(influence, 12);
        });
      }),
    );
  });

  it('lies within 0 and 2, and is 0 for a block that only scales', async () => {
    await fc.assert(
      fc.asyncProperty(tokens, async (states) => {
        const doubled = states.map((token) => [...token, (token.at(-1) ?? []).map((element) => 2 * element)]);
        const { blockInfluence } = await scoreWindows(makeSource(doubled), every(doubled));
        expect(Math.min(...blockInfluence)).toBeGreaterThanOrEqual(0);
        expect(Math.max(...blockInfluence)).toBeLessThanOrEqual(2);
        expect(blockInfluence.at(-1)).toBeCloseTo(0, 6);
      }),
    );
  });
});
