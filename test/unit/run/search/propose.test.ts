import { describeModel } from '../../../../src/model/index.js';
import { proposeByScores } from '../../../../src/run/search/propose.js';
import type { BlockScores } from '../../../../src/score/index.js';
import { readKeyedModel } from '../../../fixtures/keyedModel.js';

async function makeModel(architecture: string, blocks: number) {
  const header = await readKeyedModel(architecture, blocks);
  return { header, description: describeModel(header) };
}

const range = (length: number) => Array.from({ length }, (_, i) => i);

/** Influence names the first blocks, magnitude the last ones, and the span in the middle is the straightest. */
function makePass(blocks: number): BlockScores {
  const states = range(blocks + 1);
  const middle = (i: number, j: number) => Math.abs((i + j) / 2 - blocks / 2);
  return {
    blocks,
    blockInfluence: range(blocks),
    relativeMagnitude: range(blocks).map((block) => -block),
    angularDistance: states.map((i) => states.map((j) => middle(i, j))),
  } as unknown as BlockScores;
}

describe('Scores', () => {
  it('propose what each of them would drop, the metric asked for first', async () => {
    const asked = { scores: [9, 0, 9, 0, 9, 9] };
    const propose = proposeByScores(await makeModel('llama', 6), asked, makePass(6));
    expect(propose(2)).toEqual([
      [1, 3],
      [0, 1],
      [4, 5],
      [2, 3],
    ]);
  });

  it('propose no number of blocks that the architecture forbids', async () => {
    const propose = proposeByScores(await makeModel('rwkv7', 3), { scores: [0, 1, 2] }, makePass(3));
    expect(propose(3)).toEqual([]);
    for (const set of propose(1)) expect(set).not.toContain(0);
  });
});
