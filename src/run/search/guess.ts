import { findConstraints } from '../../model/index.js';
import { metrics, type Measured, type Ranking } from '../../score/index.js';
import type { Guess } from '../../select/index.js';
import { findDroppable, type Choosable, type ChooseOptions } from '../choose.js';

/** The scores of a pass that propose sets: those that choose best on one model or another (docs/search.md). */
const proposing = [metrics['block-influence'], metrics['relative-magnitude'], metrics['best-span']];

/** What scores tell a search of blocks to try first: those of the lowest scores, and the choices by scores of a pass. */
export function makeGuess(
  { header, description }: Choosable,
  { scores }: Ranking,
  measured: Measured,
  options: ChooseOptions = {},
): Guess {
  const { architecture, blocks, trunk } = description;
  const constraints = findConstraints(header, architecture, blocks.length, options);
  const rankings = measured.pass === undefined ? [] : proposing.map(({ rank }) => rank(trunk, measured));
  return {
    scores,
    propose: (size) =>
      rankings.map((ranking) => findDroppable(ranking, size, constraints)).filter((set) => set !== undefined),
  };
}
