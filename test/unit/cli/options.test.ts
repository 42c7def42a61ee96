import { measureOptions, pruneOptions, scoreOptions } from '../../../src/cli/options/index.js';

describe('The options of pruning', () => {
  it.each(['unit', 'judge', 'seed', 'windows'] as const)(
    '%s has no value unless it is given: whether it is decides what is done',
    (name) => {
      expect({ ...measureOptions, ...pruneOptions }[name]).not.toHaveProperty('default');
    },
  );

  it('name no metric as the default where blocks are searched for', () => {
    expect(measureOptions.metric.describe).toContain('[default: none');
    expect(scoreOptions.metric.describe).toContain('[default: block-influence]');
  });
});
