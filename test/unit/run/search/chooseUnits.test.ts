import { readHeader } from '../../../../src/gguf/index.js';
import { describeModel } from '../../../../src/model/index.js';
import { settleUnits } from '../../../../src/run/search/chooseUnits.js';
import { listUnits } from '../../../../src/run/search/units.js';
import { buildGguf, tinyLlama, writeTemp } from '../../../fixtures/buildGguf.js';

async function settle(unit: 'attention' | 'both', blocks: number) {
  const header = await readHeader(writeTemp(buildGguf(tinyLlama({ blocks: 5 }))));
  const description = describeModel(header);
  const settled = settleUnits({ blocks }, { header, description }, unit);
  const shapes = 'shapes' in settled ? settled.shapes : [];
  return {
    shapes: shapes.map(({ dropped, droppedAttention }) => [dropped.length, droppedAttention.length] as const),
    attention: 2 * listUnits('both', description).slack,
  };
}

describe('What a search for units may end with', () => {
  it('is just so many attentions where those alone are dropped', async () => {
    expect((await settle('attention', 3)).shapes).toEqual([[0, 3]]);
    expect((await settle('attention', 0)).shapes).toEqual([[0, 0]]);
  });

  it('is as many blocks and attentions as weigh about what is asked for', async () => {
    const { shapes, attention } = await settle('both', 2);
    expect(shapes).toContainEqual([2, 0]);
    expect(shapes.length).toBeGreaterThan(1);
    for (const [dropped, without] of shapes) {
      expect(Math.abs(dropped + without * attention - 2)).toBeLessThanOrEqual(attention / 2 + 1e-6);
      // one block stays, with its attention
      expect(dropped + without).toBeLessThan(5);
    }
    expect((await settle('both', 0)).shapes).toEqual([[0, 0]]);
  });
});
