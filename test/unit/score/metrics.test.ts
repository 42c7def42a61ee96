import {
  defaultMetric,
  findMetric,
  metricNames,
  metrics,
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

describe('The metric', () => {
  it.each([
    ['block-influence', [0.1, 0.2], [1, 2]],
    ['relative-magnitude', [0.3, 0.4], [3, 4]],
    ['angular-distance', [0.5, 0.6], [5, 6]],
  ] as const)('%s takes its own scores and errors of a pass', (name, scores, errors) => {
    const metric = findMetric(name);
    expect(metric.needsPass).toBe(true);
    expect(metric.score(2, SCORES)).toEqual(scores);
    expect(metric.errors?.(SCORES)).toEqual(errors);
  });

  it.each(['block-influence', 'relative-magnitude', 'angular-distance'] as const)(
    '%s is refused without a pass',
    (name) => {
      expect(() => findMetric(name).score(2, undefined)).toThrow(
        expect.objectContaining({ code: 'SCORE_UNDEFINED' }) as Error,
      );
    },
  );

  it('sequential drops from the first block on, without a pass', () => {
    const metric = findMetric('sequential');
    expect(metric.needsPass).toBe(false);
    expect(metric.score(4, undefined)).toEqual([0, 1, 2, 3]);
    expect(metric.errors).toBeUndefined();
  });

  it('reverse drops from the last block back, without a pass', () => {
    const metric = findMetric('reverse');
    expect(metric.needsPass).toBe(false);
    expect(metric.score(4, undefined)).toEqual([3, 2, 1, 0]);
    expect(metric.errors).toBeUndefined();
  });

  it('block-influence is the default, and all of them have a title and a source', () => {
    expect(defaultMetric).toBe('block-influence');
    expect(metricNames).toEqual([
      'block-influence',
      'relative-magnitude',
      'angular-distance',
      'sequential',
      'reverse',
    ]);
    for (const { title, source } of Object.values(metrics)) {
      expect(title).not.toBe('');
      expect(source).toMatch(/Men et al\.|Samragh|Gromov|ShortGPT/);
    }
  });
});
