import { readHeader } from '../../../src/gguf/index.js';
import { describeModel } from '../../../src/model/index.js';
import type { Model } from '../../../src/native/index.js';
import type { RunReport } from '../../../src/report/index.js';
import { buildReport, type Outcome } from '../../../src/run/report.js';
import { hashWindows, type BlockScores, type MetricName } from '../../../src/score/index.js';
import { dropBlocks } from '../../fixtures/dropBlocks.js';
import { buildGguf, value, writeTemp } from '../../fixtures/buildGguf.js';
import { smallModel, withEntries } from '../../fixtures/smallModel.js';

const WINDOWS = [Int32Array.of(1, 2, 3), Int32Array.of(4, 5)];

/** What the scores of three blocks are: 0.1, 0.2 and one to choose, each with the same standard error. */
function makeScores(last: number, error: number): BlockScores {
  const influence = [0.1, 0.2, last];
  const errors = [error, error, error];
  return {
    blocks: 3,
    tokens: 5,
    windows: 2,
    blockInfluence: influence,
    relativeMagnitude: [1, 2, 3],
    angularDistance: [0, 1, 2, 3].map((i) => [0, 1, 2, 3].map((j) => Math.abs(i - j) / 8)),
    similarity: [[1, 0.123456789]],
    standardErrors: { blockInfluence: errors, relativeMagnitude: errors, angularDistance: errors },
  };
}

const byPass = (pass: BlockScores, metric: MetricName = 'block-influence') => ({
  metric,
  measured: { pass },
});

/** The report of a run on a model that is loaded only in so far as its header was read. */
async function report(outcome: Partial<Outcome> = {}): Promise<RunReport> {
  const spec = withEntries(smallModel({ architecture: 'gemma3', blocks: 3 }), {
    'gemma3.attention.sliding_window': value.uint32(512),
    'gemma3.attention.sliding_window_pattern': value.uint32(2),
  });
  const header = await readHeader(writeTemp(buildGguf(spec)));
  const loaded = { header, description: describeModel(header), backend: 'off', threads: 4 };
  const model = { ...loaded, facts: { device: 'a processor' } } as unknown as Model;
  const windows = { label: 'mine.txt', scoring: WINDOWS, heldOut: [Int32Array.of(6)] };
  return buildReport(
    { options: {}, model, hash: { sha256: 'ab', parts: ['ab'] }, windows, windowTokens: 3, contextTokens: 3 },
    'prune',
    {
      scored: byPass(makeScores(0.9, 0.03)),
      metric: 'block-influence',
      ...dropBlocks([0]),
      ...outcome,
    },
  );
}

describe('The report of a run', () => {
  it('says what was worked on, where and with what', async () => {
    expect(await report()).toMatchObject({
      schema: 'prune-gguf/run@1',
      command: 'prune',
      backend: { gpu: 'off', device: 'a processor', threads: 4, exact: false },
      model: {
        file: 'model.gguf',
        sha256: 'ab',
        parts: [{ file: 'model.gguf', sha256: 'ab' }],
        architecture: 'gemma3',
        name: 'Small Model',
      },
      calibration: {
        source: 'mine.txt',
        sha256: hashWindows(WINDOWS),
        windows: 2,
        tokens: 5,
        windowTokens: 3,
        mostWindows: null,
        heldOutWindows: 1,
      },
      metric: 'block-influence',
      dropped: [0],
      output: null,
      evaluation: null,
    });
  });

  it('lists every block with its scores, its kind and whether it is dropped', async () => {
    const { blocks } = await report();
    expect(blocks[0]).toEqual({
      index: 0,
      score: 0.1,
      scoreError: 0.03,
      blockInfluence: 0.1,
      relativeMagnitude: 1,
      angularDistance: 1 / 8,
      blockInfluenceError: 0.03,
      bytes: 70,
      bytesByType: { I8: 70 },
      parameters: 70,
      kind: 'sliding',
      dropped: true,
      droppedAttention: false,
    });
    expect(blocks.map(({ kind, dropped }) => [kind, dropped])).toEqual([
      ['sliding', true],
      ['full', false],
      ['sliding', false],
    ]);
  });

  it('says how alike all states are, and what lies outside of the blocks', async () => {
    const { similarity, shared } = await report();
    expect(similarity).toEqual([[1, 0.12346]]);
    expect(shared.map(({ name }) => name)).toEqual(['token_embd.weight', 'output_norm.weight']);
    expect((await report({ scored: undefined, metric: null })).similarity).toBeNull();
  });

  it('holds nothing that JSON cannot say', async () => {
    const made = await report({ scored: byPass(makeScores(0.9, Infinity)) });
    expect(made.blocks[0]?.blockInfluenceError).toBeNull();
    expect(JSON.parse(JSON.stringify(made))).toEqual(made);
    const unmeasured = await report({ scored: undefined, metric: null });
    expect(JSON.parse(JSON.stringify(unmeasured))).toEqual(unmeasured);
  });

  it('has no scores and no margin where nothing was measured', async () => {
    const { blocks, margin, scored } = await report({
      scored: { metric: 'reverse', measured: {} },
      metric: 'reverse',
    });
    expect(margin).toBeNull();
    expect(scored).toBeNull();
    expect(
      blocks.map(({ score, blockInfluence, scoreError }) => [score, blockInfluence, scoreError]),
    ).toEqual(Array(3).fill([null, null, null]));
  });

  it('has the scores of whatever metric was asked for, and no others that were not measured', async () => {
    const means = [
      [1, 3, Infinity],
      [2, 5, Infinity],
    ];
    const kl = { tokens: [9, 9], means };
    const { blocks, scored } = await report({ scored: { metric: 'kl', measured: { kl } }, metric: 'kl' });
    expect(scored).toEqual({ metric: 'kl', column: 'KL, nats' });
    expect(blocks.map(({ score, scoreError }) => [score, scoreError])).toEqual([
      [1.5, 0.5],
      [4, 1],
      [null, null],
    ]);
    expect(blocks.map(({ blockInfluence }) => blockInfluence)).toEqual([null, null, null]);
  });

  it('names what the blocks were scored by where they were chosen in another way', async () => {
    const { metric, scored } = await report({ metric: null });
    expect([metric, scored?.metric]).toEqual([null, 'block-influence']);
  });
});

describe('The margin of a report', () => {
  it('is that of the metric that was chosen by', async () => {
    const { margin } = await report({ metric: 'relative-magnitude' });
    expect(margin?.gap).toBe(1);
    expect(margin?.standardErrors).toBeCloseTo(1 / Math.hypot(0.03, 0.03), 9);
  });

  it('is in unknown standard errors after a single window', async () => {
    const { margin } = await report({ scored: byPass(makeScores(0.9, Infinity)) });
    expect(margin?.standardErrors).toBeNull();
    expect(margin?.gap).toBeCloseTo(0.1, 12);
  });

  it('is told by the two blocks alone, whatever the damage of another one', async () => {
    const kl = {
      tokens: [8, 8],
      means: [
        [1, 3, Infinity],
        [2, 5, Infinity],
      ],
    };
    const { margin } = await report({
      scored: { metric: 'kl', measured: { kl } },
      metric: 'kl',
      dropped: [0],
    });
    expect(margin?.gap).toBe(2.5);
    expect(margin?.standardErrors).toBeCloseTo(2.5 / Math.hypot(0.5, 1), 9);
  });

  it('is not there when nothing is dropped, or blocks were named by hand', async () => {
    expect((await report({ dropped: [] })).margin).toBeNull();
    expect((await report({ metric: null })).margin).toBeNull();
  });

  it('is 0 standard errors where scores are equal', async () => {
    const { margin } = await report({ scored: byPass(makeScores(0.1, 0.03)), dropped: [2] });
    expect(margin).toEqual({ gap: 0, standardErrors: 0 });
  });
});
