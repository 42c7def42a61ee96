import { planHealing } from '../../../src/heal/index.js';

const show = (steps: ReturnType<typeof planHealing>) =>
  steps.map(({ kind, block, until, of }) => `${kind} ${block} to ${until} of ${of}`);

describe('A plan to heal', () => {
  it('by linear maps refits the block before each gap, of what its matrix yields', () => {
    expect(show(planHealing(['linear'], 10, [3, 4, 7]))).toEqual([
      'refit 2 to 5 of product',
      'refit 6 to 8 of product',
    ]);
  });

  it('by reconstruction refits all blocks from the one before the first gap on', () => {
    expect(show(planHealing(['reconstruct'], 8, [3, 4, 6]))).toEqual([
      'refit 2 to 5 of input',
      'refit 5 to 7 of input',
      'refit 7 to 8 of input',
    ]);
  });

  it('by patches puts one map into each gap', () => {
    expect(show(planHealing(['patch'], 8, [3, 4, 6]))).toEqual([
      'patch 3 to 5 of input',
      'patch 6 to 7 of input',
    ]);
  });

  it('by both lets maps add what the block before a gap does not take over', () => {
    expect(show(planHealing(['reconstruct', 'patch'], 8, [3, 4, 6]))).toEqual([
      'refit 2 to 5 of input',
      'patch 3 to 5 of input',
      'refit 5 to 7 of input',
      'patch 6 to 7 of input',
      'refit 7 to 8 of input',
    ]);
  });

  it('begins with the first kept block where the first ones are gone, and puts no map before it', () => {
    expect(show(planHealing(['reconstruct', 'patch'], 5, [0, 1, 3]))).toEqual([
      'refit 2 to 4 of input',
      'patch 3 to 4 of input',
      'refit 4 to 5 of input',
    ]);
  });

  it('begins with the first block that lost its attention, if that comes first', () => {
    expect(show(planHealing(['reconstruct'], 6, [4], [2]))).toEqual([
      'refit 2 to 3 of input',
      'refit 3 to 5 of input',
      'refit 5 to 6 of input',
    ]);
    expect(planHealing(['linear', 'patch'], 6, [], [2])).toEqual([]);
  });

  it('reaches for the state after the last block where that is gone', () => {
    expect(show(planHealing(['reconstruct'], 5, [3, 4]))).toEqual(['refit 2 to 5 of input']);
    expect(show(planHealing(['patch'], 5, [4]))).toEqual(['patch 4 to 5 of input']);
  });
});
