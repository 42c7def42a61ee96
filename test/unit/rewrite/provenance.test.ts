import { decodeValue, valueTypeName } from '../../../src/gguf/index.js';
import { describeProvenance, type Provenance } from '../../../src/rewrite/index.js';
import { dropBlocks } from '../../fixtures/dropBlocks.js';

const MADE: Provenance = {
  toolVersion: '0.1.0',
  sourcePath: '/models/größe/model.gguf',
  sourceHash: 'ab12',
  sourceBlocks: 30,
  method: 'angular-distance',
  calibrationHash: 'cd34',
  drop: dropBlocks([21, 22, 25]),
};

const list = (made: Provenance) =>
  describeProvenance(made).map((entry) => [entry.key, valueTypeName(entry.type), decodeValue(entry)]);

describe('What a pruned file says of its making', () => {
  it('are the tool, the source without its folder, the method, the calibration and the dropped blocks', () => {
    expect(list(MADE)).toEqual([
      ['prune_gguf.version', 'string', '0.1.0'],
      ['prune_gguf.source.name', 'string', 'model.gguf'],
      ['prune_gguf.source.sha256', 'string', 'ab12'],
      ['prune_gguf.source.block_count', 'uint32', 30],
      ['prune_gguf.method', 'string', 'angular-distance'],
      ['prune_gguf.calibration.sha256', 'string', 'cd34'],
      ['prune_gguf.dropped_blocks', 'array', [21, 22, 25]],
    ]);
  });

  it('has no calibration where none was used', () => {
    const keys = list({ ...MADE, calibrationHash: undefined }).map(([key]) => key);
    expect(keys).not.toContain('prune_gguf.calibration.sha256');
    expect(keys).toHaveLength(6);
  });
});
