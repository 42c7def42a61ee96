import { findConstraints } from '../../model/index.js';
import { metrics, type BlockScores, type Ranking } from '../../score/index.js';
import type { UnitSet } from '../../select/index.js';
import { findDroppable, type Choosable, type ChooseOptions } from '../choose.js';

/** The scores of a pass that choose best on one model or another (docs/search.md). */
const proposing = [metrics['block-influence'], metrics['relative-magnitude'], metrics['best-span']];

/** What scores would choose, for each number of blocks: by the metric that was asked for, and by those of a pass. */
export function proposeByScores(
  { header, description }: Choosable,
  asked: Ranking,
  pass: BlockScores,
  options: ChooseOptions = {},
): (size: number) => readonly UnitSet[] {
  const { architecture, blocks, trunk } = description;
  const constraints = findConstraints(header, architecture, blocks.length, options);
  const others = proposing.map(({ rank }) => rank(trunk, { pass }));
  return (size) =>
    [asked, ...others]
      .map((ranking) => findDroppable(ranking, size, constraints))
      .filter((set) => set !== undefined);
}
