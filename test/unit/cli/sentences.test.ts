import {
  describeAdvice,
  describeChecks,
  describeRun,
  describeSettled,
  listWritten,
} from '../../../src/cli/sentences.js';
import type { OutputReport, RunReport } from '../../../src/report/index.js';
import { makeBlock, makeEvaluation, makeReport } from '../../fixtures/runReport.js';

describe('The line on a run', () => {
  it('says what is worked on and where', () => {
    expect(describeRun(makeReport())).toBe(
      'A Model · llama · 3 blocks · Q4_K_M · 135 M parameters · 98.4 MB   CPU, 4 threads',
    );
  });

  it('names backend and device of a GPU', () => {
    const backend = { gpu: 'cuda', device: 'NVIDIA H200', threads: 16, exact: false } as const;
    expect(describeRun(makeReport({ backend }))).toMatch(/ {3}cuda: NVIDIA H200, 16 threads$/);
  });

  it('cannot drive the terminal', () => {
    const { model } = makeReport();
    expect(describeRun(makeReport({ model: { ...model, name: 'A\u001b[2J\nModel' } }))).not.toMatch(
      /\p{Cc}/u,
    );
  });
});

describe('The line on a choice', () => {
  const calibrate = (windows: number, mostWindows: number | null) => ({
    source: 'built-in text',
    sha256: 'ab',
    windows,
    mostWindows,
    tokens: 64 * windows,
    windowTokens: 64,
    heldOutWindows: 8,
  });
  const settle = (standardErrors: number | null, windows = 1, mostWindows: number | null = null) =>
    describeSettled(
      makeReport({
        dropped: [3, 4, 7],
        margin: { gap: 0.1, standardErrors },
        calibration: calibrate(windows, mostWindows),
      }),
    );

  it.each([
    [5.25, 'the choice is settled: the dropped blocks stand apart by 5.3 standard errors'],
    [2, 'the choice is settled: the dropped blocks stand apart by 2.0 standard errors'],
    [1.9, 'a close choice: the last block dropped and the first one kept differ by 1.9 standard errors'],
    [0.04, 'a close choice: the last block dropped and the first one kept differ by 0.0 standard errors'],
    [null, 'from one window, how sure the choice is cannot be said'],
  ])('says how sure it is at %p standard errors', (errors, sentence) => {
    expect(settle(errors)).toBe(`dropping 3-4,7; ${sentence}`);
  });

  it('tells after how many windows the choice was settled where it decided that', () => {
    expect(settle(3.2, 7, 38)).toMatch(
      /the choice is settled after 7 of up to 38 windows: the dropped blocks/,
    );
    expect(settle(2.5, 38, 38)).toMatch(/a close choice after all 38 windows that there are: the last block/);
  });

  it('names one window only where there was one', () => {
    expect(settle(null, 2)).toMatch(/; from windows that all score alike, how sure the choice is cannot/);
  });

  const inspect = 'cannot go, or not with these (prune-gguf inspect tells why)';

  it.each([
    ['block-influence', [3], `they ${inspect}`],
    ['taylor', [4], 'taylor keeps the first 4 and the last 2'],
    ['magnitude', [5], `magnitude keeps the first 4 and the last 2, and others ${inspect}`],
    ['best-span', [3, 4], 'best-span drops blocks in a row'],
  ])('of %s does not call close what passes over lower scores, but says why', (metric, dropped, why) => {
    const blocks = Array.from({ length: 9 }, (_, index) =>
      makeBlock(index, { dropped: dropped.includes(index) }),
    );
    const report = makeReport({ metric, blocks, dropped, margin: { gap: -0.1, standardErrors: -7 } });
    expect(describeSettled(report)).toBe(
      `dropping ${dropped.join('-')}; blocks of lower scores stay: ${why}`,
    );
  });

  it('is not there when nothing was chosen or measured', () => {
    expect(describeSettled(makeReport({ dropped: [1], margin: null }))).toBeUndefined();
    const margin = { gap: 1, standardErrors: 1 };
    expect(describeSettled(makeReport({ dropped: [], margin }))).toBeUndefined();
  });
});

describe('The line on checks', () => {
  it('says how closely losses agree', () => {
    expect(describeChecks({ sameBytes: true, stockDifference: 0.00123, bypassDifference: 0 }, false)).toBe(
      'Checked     same bytes ✓   opens in stock llama.cpp, losses equal to 1e-3 nats ✓   ' +
        'losses of the bypassed original, equal exactly ✓',
    );
  });

  it('says that a healed file is the same but for that, and what losses are compared with', () => {
    expect(describeChecks({ sameBytes: true, stockDifference: 0, bypassDifference: 0 }, true)).toBe(
      'Checked     same bytes but where it was healed ✓   opens in stock llama.cpp, losses equal exactly ✓   ' +
        'losses of the bypassed original, healed in memory, equal exactly ✓',
    );
  });
});

describe('The list of written files', () => {
  const output = (parts: readonly string[], companions: readonly string[]): OutputReport => ({
    file: parts[0] ?? '',
    bytes: 1,
    parts: parts.map((file) => ({ file, bytes: 1 })),
    blocks: 1,
    checks: { sameBytes: true, stockDifference: 0, bypassDifference: 0 },
    companions: companions.map((file) => ({ kind: 'lora', source: 'a', file, bytes: 1 })),
  });

  it.each<readonly [readonly string[], readonly string[], readonly string[]]>([
    [['m'], [], ['m']],
    [['m1', 'm2'], [], ['m1  and 1 more part of it']],
    [
      ['m1', 'm2', 'm3'],
      ['a', 'b'],
      ['m1  and 2 more parts of it', 'a', 'b'],
    ],
  ])('of parts %j and companions %j is %j', (parts, companions, lines) => {
    expect(listWritten(output(parts, companions))).toEqual(lines);
  });
});

describe('The advice', () => {
  const advise = (grade: string, dropped: readonly number[], changes: Partial<RunReport> = {}) =>
    describeAdvice(makeEvaluation({ verdict: { grade, sentence: '' } }), makeReport({ dropped, ...changes }));

  it.each(['same', 'slight'])('is not given where the result is %s', (grade) => {
    expect(advise(grade, [1, 2])).toBeUndefined();
  });

  it.each([
    [[1, 2], 1],
    [[1, 2, 3], 1],
    [[1, 2, 3, 4], 2],
    [Array.from({ length: 9 }, (_, i) => i), 4],
  ])('is to drop about half as many blocks: of %j, %i', (dropped, fewer) => {
    for (const grade of ['noticeable', 'severe', 'broken']) {
      expect(advise(grade, dropped)).toBe(`Fewer blocks cost less: try --blocks ${fewer}.`);
    }
  });

  it('never is to drop nothing', () => {
    for (const grade of ['noticeable', 'severe', 'broken']) {
      expect(advise(grade, [5])).toMatch(/^\p{Lu}.*block.*\.$/u);
      expect(advise(grade, [5])).not.toContain('--blocks');
    }
  });

  it('on a single block is of what it was not chosen by', () => {
    const search = {
      name: 'auto',
      unit: 'block',
      judge: 'kl',
      seed: null,
      windows: 16,
      passes: 9,
      blocks: 99,
    } as const;
    const { model } = makeReport();
    const gemma3 = { model: { ...model, architecture: 'gemma3' } };
    const least = 'One block is the least that can be dropped;';
    const searched = `${least} more --windows, or --calibration with your own kind of text, may find a better one.`;
    expect(advise('noticeable', [5], { ...gemma3, search, metric: null })).toBe(searched);
    expect(advise('noticeable', [5], { search, metric: null })).toBe(
      `${searched} Attention alone may cost less: --unit attention.`,
    );
    expect(advise('noticeable', [5], gemma3)).toBe(
      `${least} a search may find a better one: leave out --metric.`,
    );
    expect(advise('noticeable', [5], { ...gemma3, metric: null })).toBe(
      `${least} --blocks 1 searches for the one that is missed least.`,
    );
    expect(advise('broken', [5])).toMatch(/no drop of that kind\. Attention alone may cost less/);
    expect(advise('broken', [5], gemma3)).toMatch(/no drop of that kind\.$/);
  });
});
