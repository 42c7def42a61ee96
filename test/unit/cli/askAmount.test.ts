import { listAmounts } from '../../../src/cli/askAmount.js';
import { makeBlock, makeReport } from '../../fixtures/runReport.js';

describe('The sizes to choose from', () => {
  const step = (dropped: readonly number[], damage: number | null) => ({
    dropped,
    droppedAttention: [],
    damage,
    figures: null,
  });

  it('say how small the file would be and what it would cost', () => {
    const blocks = [makeBlock(0), makeBlock(1, { bytes: 2_500_000 }), makeBlock(2)];
    const choices = listAmounts([step([1], 0.1234), step([1, 2], null)], makeReport({ blocks }));
    expect(choices).toEqual([
      { value: 1, name: '1 block      95.9 MB  damage 0.123 nats a token' },
      { value: 2, name: '2 blocks     92.4 MB  no usable output' },
    ]);
  });
});
