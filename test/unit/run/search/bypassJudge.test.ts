import { createBypassJudge, type BypassJudgeOptions } from '../../../../src/run/search/bypassJudge.js';
import type { JudgeMeasure, WindowDamage } from '../../../../src/run/search/damages.js';
import { wholeBlocks } from '../../../../src/run/search/units.js';
import type { Model, RunRequest } from '../../../../src/native/index.js';
import type { Journal } from '../../../../src/run/journal.js';

const blocks = 10;
const windows = [0, 1, 2].map((window) => Int32Array.of(window, window, window));

/** A model whose loss is the sum of what is bypassed, and of the window; it forgets nothing of what it was asked. */
function makeModel(changes: (request: RunRequest, loss: number) => number = (_, loss) => loss) {
  const asked: RunRequest[] = [];
  const runWindow = (request: RunRequest) => {
    asked.push(request);
    const { bypass = [], tokens, topTokens = 0 } = request;
    const harm = bypass.reduce((sum, block) => sum + block, 0);
    const loss = changes(request, 1 + (tokens[0] ?? 0) + harm);
    return Promise.resolve({
      losses: Float32Array.of(loss, loss),
      divergences: request.reference ? Float32Array.of(2 * harm, 4 * harm) : new Float32Array(),
      top:
        topTokens > 0 ? { count: 1, tokens: new Int32Array(2), logProbabilities: new Float32Array(2) } : null,
      gram: request.gram ? Float32Array.of(tokens[0] ?? NaN) : new Float32Array(),
      predictions: new Int32Array(),
    });
  };
  const model = { description: { trunk: blocks }, runWindow } as unknown as Model;
  return { model, asked };
}

function makeJournal(
  records = new Map<string, WindowDamage>(),
  passing = new Set<string>(),
): Journal<WindowDamage> & { records: typeof records } {
  return {
    records,
    get: (id) => records.get(id),
    add: (id, value, lasting = true) => {
      records.set(id, value);
      if (!lasting) passing.add(id);
    },
    flush: () => Promise.resolve(),
  };
}

interface Settings extends Partial<BypassJudgeOptions> {
  readonly measure?: JudgeMeasure;
}

/** What judges sets of a model, and a judge by one measure. */
function open(model: Model, { measure = 'kl', ...options }: Settings = {}) {
  const defaults = { journal: makeJournal(), units: wholeBlocks(blocks), slots: 3 };
  const judging = createBypassJudge(model, windows, { ...defaults, ...options });
  return { ...judging, ...judging.judgeBy(measure) };
}

const alone = (block: number) => ({ set: [block], base: [] });

describe('The judge that bypasses', () => {
  it.each([
    ['kl', [3 * 4, 3 * 7]],
    ['perplexity', [4, 7]],
  ] as const)('by %s gives the mean damage over the first windows', async (measure, expected) => {
    const { model } = makeModel();
    const judge = open(model, { measure });
    expect(await judge.measure([alone(4), alone(7)], 2)).toEqual(expected);
    expect(await judge.measure([{ set: [], base: [] }], 2)).toEqual([0]);
  });

  it('measures nothing twice, on more windows or anew', async () => {
    const { model, asked } = makeModel();
    const journal = makeJournal();
    const judge = open(model, { journal });
    await judge.measure([alone(4), alone(5), alone(4)], 1);
    await judge.measure([alone(4), alone(5)], 3);
    const runs = asked.filter(({ bypass }) => bypass?.[0] === 4).map(({ tokens }) => tokens[0]);
    expect(runs).toEqual([0, 1, 2]);

    const again = makeModel();
    const other = open(again.model, { journal });
    expect(await other.measure([alone(4)], 3)).toEqual([12]);
    expect(again.asked).toEqual([]);
    expect(other.cost()).toEqual({ passes: 0, blocks: 0 });
  });

  it('tells by both measures of a pass that it has made, and of each pass to who watches', async () => {
    const { model, asked } = makeModel();
    const judging = open(model);
    const told: number[] = [];
    judging.watch(({ passes }) => told.push(passes));
    expect(await judging.judgeBy('perplexity').measure([alone(4)], 3)).toEqual([4]);
    judging.watch(({ passes }) => told.push(-passes));
    expect(await judging.judgeBy('kl').measure([alone(4), alone(5)], 3)).toEqual([12, 15]);
    expect(asked).toHaveLength(judging.cost().passes);
    expect(told).toEqual([1, 2, 3, 4, 5, 6, 7, 8, -9, -10, -11]);
  });

  it('gives means over tokens: a window counts by those that are foretold', async () => {
    const unequal = [Int32Array.of(0, 0, 0, 0), Int32Array.of(3, 3)];
    const { model } = makeModel(({ bypass = [], tokens }, loss) =>
      bypass.length > 0 ? loss + tokens[0]! : loss,
    );
    const settings = { journal: makeJournal(), units: wholeBlocks(blocks), slots: 2 };
    const judge = createBypassJudge(model, unequal, settings).judgeBy('perplexity');
    // damage of 4 on three tokens and of 7 on one
    expect(await judge.measure([alone(4)], 2)).toEqual([(3 * 4 + 7) / 4]);
    expect(await judge.measure([alone(4)], 1)).toEqual([4]);
    expect(await judge.measureWindows([alone(4), alone(5)], 2)).toEqual({
      tokens: [3, 1],
      means: [
        [4, 5],
        [7, 8],
      ],
    });
  });

  it('tells the windows apart in which a set had no finite loss', async () => {
    const { model } = makeModel(({ bypass = [], tokens }, loss) =>
      bypass.includes(4) && tokens[0] === 1 ? NaN : loss,
    );
    const { means } = await open(model, { measure: 'perplexity' }).measureWindows([alone(4), alone(5)], 3);
    expect(means).toEqual([
      [4, 5],
      [Infinity, 5],
      [4, 5],
    ]);
  });

  it('begins where a set differs from one that it has run, and counts the blocks that it runs', async () => {
    const { model, asked } = makeModel();
    const judge = open(model);
    await judge.measure([alone(4), alone(8)], 1);
    const firstBlocks = asked.map(({ firstBlock }) => firstBlock);
    // the whole model; two passes that tell whether to begin above the first block is right; the sets
    expect(firstBlocks).toEqual([0, 5, 9, 4, 8]);
    expect(judge.cost()).toEqual({ passes: 5, blocks: 10 + 5 + 1 + 5 + 1 });
  });

  it('runs all blocks of a model whose blocks read more than the output of the one below, and says so', async () => {
    const { model, asked } = makeModel(({ firstBlock = 0 }, loss) => (firstBlock > 5 ? loss + 1 : loss));
    const notes: string[] = [];
    const judge = open(model, { onNote: (text) => notes.push(text) });
    await judge.measure([alone(8)], 2);
    expect(asked.filter(({ bypass }) => bypass?.length === 1).map(({ firstBlock }) => firstBlock)).toEqual([
      0, 0,
    ]);
    expect(notes).toHaveLength(1);
    expect(notes[0]).toContain('from the first block on');
  });

  it('keeps the inputs of no more windows than it has slots for', async () => {
    const { model, asked } = makeModel();
    const judge = open(model, { slots: 2 });
    await judge.measure([alone(4)], 3);
    await judge.measure([alone(6)], 3);
    expect(new Set(asked.map(({ slot }) => slot))).toEqual(new Set([0, 1]));
    const later = asked.filter(({ bypass }) => bypass?.[0] === 6);
    // the inputs of window 0 have made room for those of window 2
    expect(later.map(({ tokens, firstBlock }) => [tokens[0], firstBlock])).toEqual([
      [0, 0],
      [1, 6],
      [2, 6],
    ]);
  });

  it('keeps nothing where there is no slot, and says so', async () => {
    const { model, asked } = makeModel();
    const notes: string[] = [];
    const judge = open(model, { slots: 0, onNote: (text) => notes.push(text) });
    expect(await judge.measure([alone(4), alone(6)], 2)).toEqual([12, 18]);
    expect(asked.map(({ firstBlock, keepInputs }) => [firstBlock, keepInputs])).toEqual(
      asked.map(() => [0, false]),
    );
    expect(notes).toEqual([expect.stringContaining('too much to be kept')]);
  });

  it('scores the whole model by the passes that all others are compared with', async () => {
    const { model, asked } = makeModel();
    const judge = open(model);
    for (const tokens of windows) {
      expect((await judge.states.runWindow({ tokens, gram: true })).gram).toEqual(
        Float32Array.of(tokens[0]!),
      );
    }
    await judge.measure([alone(9)], 3);
    const whole = asked.filter(({ bypass, firstBlock }) => bypass?.length === 0 && firstBlock === 0);
    expect(whole.map(({ tokens }) => tokens[0])).toEqual([0, 1, 2]);
    // what is asked for again is run again, without a reference of its own
    await judge.states.runWindow({ tokens: windows[0]!, gram: true });
    expect(asked.at(-1)).toEqual({ tokens: windows[0], gram: true });
  });

  it.each(['kl', 'perplexity'] as const)(
    'by %s refuses a model that has no finite loss itself, whatever is kept of it',
    async (measure) => {
      const { model } = makeModel(({ tokens }, loss) => (tokens[0] === 1 ? NaN : loss));
      const refusal = { code: 'SCORE_UNDEFINED', message: expect.stringContaining('in window 1') as string };
      const journal = makeJournal();
      const judge = open(model, { measure, journal });
      expect(await judge.measure([alone(4)], 1)).toEqual([measure === 'kl' ? 12 : 4]);
      await expect(judge.measure([alone(4)], 2)).rejects.toMatchObject(refusal);
      await expect(open(model).states.runWindow({ tokens: windows[1]!, gram: true })).rejects.toMatchObject(
        refusal,
      );
      // as runs kept it that did not look
      journal.add('1 ', { loss: null, divergence: 0 });
      journal.add('1 4', { loss: null, divergence: null });
      await expect(open(model, { measure, journal }).measure([alone(4)], 2)).rejects.toMatchObject(refusal);
    },
  );

  it('takes a set without a finite loss for one of infinite damage, for this run alone', async () => {
    const { model } = makeModel(({ bypass = [] }, loss) => (bypass.includes(4) ? NaN : loss));
    const passing = new Set<string>();
    const judge = open(model, { measure: 'perplexity', journal: makeJournal(undefined, passing) });
    expect(await judge.measure([alone(4), alone(5)], 1)).toEqual([Infinity, 5]);
    expect([...passing]).toEqual(['0 4']);
  });
});
