import { describeModel } from '../../../src/model/index.js';
import type { Model, RunRequest } from '../../../src/native/index.js';
import { choose, settleAmount } from '../../../src/run/chooseBlocks.js';
import type { PruneRequest, RunEvent } from '../../../src/run/options.js';
import type { Run } from '../../../src/run/start.js';
import { makeFolder } from '../../fixtures/makeFolder.js';
import { readKeyedModel } from '../../fixtures/keyedModel.js';
import { gramOf } from '../../fixtures/states.js';

const windows = [1, 2, 3, 4].map((window) => Int32Array.of(window, window, window));

/** Each block turns the stream by another angle; the later ones turn it less, but do more damage. */
function makeGram(blocks: number): Float32Array {
  const turn = (state: number) =>
    Array.from({ length: state }, (_, i) => 0.3 / (i + 1)).reduce((a, b) => a + b, 0);
  const states = Array.from({ length: blocks + 1 }, (_, state) => [
    Math.cos(turn(state)),
    Math.sin(turn(state)),
  ]);
  return gramOf([states, states, states]);
}

/** A run of a model that loses by the sum of the numbers of its bypassed blocks; it knows all that was asked of it. */
async function makeRun(blocks: number) {
  const header = await readKeyedModel('llama', blocks);
  const description = describeModel(header);
  const asked: RunRequest[] = [];
  const runWindow = (request: RunRequest) => {
    const { bypass = [], reference, topTokens = 0, gram, attenuate } = request;
    asked.push(request);
    const harm = bypass.reduce((sum, block) => sum + 1 + block, 0);
    const loss = 1 + harm + (attenuate?.factor ?? 0);
    return Promise.resolve({
      losses: Float32Array.of(loss, loss),
      divergences: reference ? Float32Array.of(harm, harm) : new Float32Array(),
      top:
        topTokens > 0 ? { count: 1, tokens: new Int32Array(2), logProbabilities: new Float32Array(2) } : null,
      gram: gram ? makeGram(blocks) : new Float32Array(),
    });
  };
  const facts = { blocks, embedding: 8 };
  const weighed: unknown[] = [];
  const sumMagnitudes = (place: unknown) => Promise.resolve(weighed.push(place));
  const model = { header, description, facts, backend: 'off', runWindow, sumMagnitudes } as unknown as Model;
  const notes: string[] = [];
  const run = {
    options: { onEvent: (event: RunEvent) => event.kind === 'note' && notes.push(event.text) },
    model,
    hash: { sha256: 'ab'.repeat(32) },
    windows: { label: 'text', scoring: windows, heldOut: [] },
    contextTokens: 3,
  } as unknown as Run;
  const chooseBy = (request: Partial<PruneRequest>) => {
    const amount = request.amount ?? { blocks: 2 };
    const whole = { model: header.path, cacheFolder: makeFolder(), ...request };
    return choose(run, whole, settleAmount(amount, model, whole));
  };
  return { asked, weighed, notes, chooseBy };
}

describe('A search with a metric', () => {
  it.each(['kl', 'perplexity'] as const)(
    'that measures blocks alone measures none twice (%s)',
    async (metric) => {
      for (const search of ['auto', 'greedy', 'evolutionary'] as const) {
        const { asked, chooseBy } = await makeRun(8);
        const { dropped, search: report, scored } = await chooseBy({ search, metric, fresh: true });
        expect(dropped).toEqual([0, 1]);
        expect(scored?.metric).toBe(metric);
        // a set that others are alike to may be run again, to keep what enters its blocks
        const alone = asked
          .filter(({ bypass, keepInputs }) => bypass?.length === 1 && keepInputs !== true)
          .map(({ tokens, bypass }) => `${tokens[0]} ${bypass?.join()}`);
        expect(alone).toHaveLength(windows.length * 8);
        expect(new Set(alone).size).toBe(alone.length);
        // all passes are those of the search: one judge made them
        expect(report?.passes).toBe(asked.length);
      }
    },
  );
});

describe('A search that does not begin with the lowest scores', () => {
  it('is not bound by what a metric keeps', async () => {
    for (const search of ['greedy', 'beam', 'one-shot', 'auto'] as const) {
      const { chooseBy } = await makeRun(6);
      const { dropped } = await chooseBy({ search, metric: 'magnitude' });
      expect(dropped).toEqual([0, 1]);
    }
  });

  it('measures no metric that it does not use, and says so', async () => {
    for (const metric of ['magnitude', 'taylor'] as const) {
      const { asked, weighed, notes, chooseBy } = await makeRun(8);
      const { scored } = await chooseBy({ search: 'greedy', metric });
      expect(asked.some(({ attenuate }) => attenuate !== undefined)).toBe(false);
      expect(weighed).toEqual([]);
      expect(notes).toEqual([`Blocks are not scored by ${metric}: --search greedy goes by no scores.`]);
      expect(scored?.metric).toBe('block-influence');
      expect(scored?.measured.pass).toBeDefined();
    }
  });

  it('is not the evolutionary one: that is refused as the metric is', async () => {
    const { chooseBy } = await makeRun(6);
    await expect(async () => chooseBy({ search: 'evolutionary', metric: 'magnitude' })).rejects.toMatchObject(
      {
        code: 'DROP_REFUSED',
      },
    );
  });
});

describe('A search that scores propose sets to', () => {
  it.each(['kl', 'magnitude', 'sequential'] as const)(
    'tries those of a pass whatever the metric is (%s)',
    async (metric) => {
      const { asked, chooseBy } = await makeRun(40);
      const { scored } = await chooseBy({ search: 'auto', metric, amount: { blocks: 3 } });
      expect(scored?.measured.pass?.blocks).toBe(40);
      expect(scored?.metric).toBe(metric);
      // by block influence the last three would go, which do most damage
      const tried = new Set(asked.map(({ bypass = [] }) => bypass.join()));
      expect(tried).toContain('37,38,39');
    },
  );
});
