import { readFileSync } from 'node:fs';
import {
  defaultMetric,
  findMetric,
  metricNames,
  metrics,
  rankEvenly,
  type BlockScores,
} from '../../../src/score/index.js';

const SCORES: BlockScores = {
  blocks: 2,
  tokens: 1,
  windows: 1,
  blockInfluence: [0.1, 0.2],
  relativeMagnitude: [0.3, 0.4],
  angularDistance: [
    [0, 0.5, 0.9],
    [0.5, 0, 0.6],
    [0.9, 0.6, 0],
  ],
  similarity: [],
  standardErrors: { blockInfluence: [1, 2], relativeMagnitude: [3, 4], angularDistance: [5, 6] },
};

/** Two windows of two blocks. */
const WINDOWS = {
  tokens: [7, 7],
  means: [
    [1, -4],
    [3, -2],
  ],
};

describe('The metric', () => {
  it.each([
    ['block-influence', [0.1, 0.2], [1, 2]],
    ['relative-magnitude', [0.3, 0.4], [3, 4]],
    ['angular-distance', [0.5, 0.6], [5, 6]],
  ] as const)('%s takes its own scores and errors of a pass', (name, scores, errors) => {
    const metric = findMetric(name);
    expect(metric.needs).toBe('pass');
    expect(metric.rank(2, { pass: SCORES })).toEqual({ scores });
    expect(metric.errors?.({ pass: SCORES })).toEqual(errors);
  });

  it('best-span scores runs of blocks by the angle between their ends', () => {
    const { scores, runs } = findMetric('best-span').rank(2, { pass: SCORES });
    expect(scores).toEqual([0.5, 0.6]);
    expect(runs).toBe(SCORES.angularDistance);
    expect(findMetric('best-span').isRun).toBe(true);
  });

  it('magnitude takes the sums of weights, and keeps the outer blocks', () => {
    const metric = findMetric('magnitude');
    expect(metric.rank(2, { magnitudes: [7, 8] })).toEqual({
      scores: [7, 8],
      keptEnds: { first: 4, last: 2 },
    });
    expect(metric.errors).toBeUndefined();
  });

  it.each(['perplexity', 'kl'] as const)(
    '%s is the mean over windows, with the error of their spread',
    (name) => {
      const metric = findMetric(name);
      expect(metric.rank(2, { [name]: WINDOWS })).toEqual({ scores: [2, -3] });
      expect(metric.errors?.({ [name]: WINDOWS })).toEqual([1, 1]);
      expect(metric.errors?.({ [name]: { tokens: [7], means: [[1, 2]] } })).toEqual([Infinity, Infinity]);
    },
  );

  it.each([
    ['perplexity', 'perplexity'],
    ['kl', 'kl'],
    ['taylor', 'slopes'],
  ] as const)('%s is a mean over tokens: a long window counts for more', (name, needs) => {
    const measured = { [needs]: { ...WINDOWS, tokens: [3, 1] } };
    expect(findMetric(name).rank(2, measured).scores).toEqual([1.5, -3.5]);
    // the values are 0.5 and 1.5 from the mean and count three times and once
    expect(findMetric(name).errors?.(measured)[0]).toBeCloseTo(Math.sqrt(2 * (1.5 ** 2 + 1.5 ** 2)) / 4, 12);
  });

  it('taylor is the mean over windows, and keeps the outer blocks', () => {
    const ranking = findMetric('taylor').rank(2, { slopes: WINDOWS });
    expect(ranking).toEqual({ scores: [2, -3], keptEnds: { first: 4, last: 2 } });
    expect(findMetric('taylor').errors?.({ slopes: WINDOWS })).toEqual([1, 1]);
  });

  it.each(metricNames.filter((name) => findMetric(name).needs !== undefined))(
    '%s is refused without what it needs',
    (name) => {
      expect(() => findMetric(name).rank(2, {})).toThrow(
        expect.objectContaining({ code: 'SCORE_UNDEFINED' }) as Error,
      );
    },
  );

  it.each([
    ['sequential', [0, 1, 2, 3]],
    ['reverse', [3, 2, 1, 0]],
  ] as const)('%s needs nothing', (name, scores) => {
    const metric = findMetric(name);
    expect(metric.needs).toBeUndefined();
    expect(metric.rank(4, {})).toEqual({ scores });
    expect(metric.errors).toBeUndefined();
  });

  it('block-influence is the default, and all of them say what they are and where they come from', () => {
    expect(defaultMetric).toBe('block-influence');
    for (const { title, column, source } of Object.values(metrics)) {
      expect(title).not.toBe('');
      expect(column.length).toBeLessThanOrEqual(12);
      expect(source).toMatch(/et al\. 20\d\d|ShortGPT|docs\/search\.md/);
    }
  });
});

describe('docs/method.md', () => {
  it('has a row for each metric', () => {
    const text = readFileSync('docs/method.md', 'utf8');
    const rows = [...text.matchAll(/^\| `([a-z][a-z-]*)`/gm)].map(([, name]) => name);
    // other tables of the page name some again
    expect([...new Set(rows)]).toEqual(metricNames);
  });
});

describe('A ranking that holds all blocks for alike', () => {
  it('has the shape of the metric', () => {
    expect(rankEvenly(findMetric('kl'), 3)).toEqual({ scores: [0, 0, 0] });
    expect(rankEvenly(findMetric('best-span'), 2).runs).toEqual(Array(3).fill([0, 0, 0]));
    expect(rankEvenly(findMetric('taylor'), 2).keptEnds).toEqual({ first: 4, last: 2 });
  });
});
