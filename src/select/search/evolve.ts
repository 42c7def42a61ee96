import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { listKept, nameSet, removeUnit } from './unitSets.js';
import { countMeasured, narrowDown, type Rung } from './halve.js';
import type { UnitSet, Judge, SearchProblem, SearchStep } from './types.js';

/** How sets evolve. */
export interface EvolutionOptions {
  readonly seed: number;
  readonly generations: number;
  readonly offspring: number;
  /** How the offspring is narrowed down; the parent joins at the last rung, which keeps one. */
  readonly rungs: readonly Rung[];
}

type Draw = (below: number) => number;

/** How often, for each child, a change is drawn before there is taken to be no other that the model allows. */
const attempts = 100;

/**
 * Evolves a set, its weight unchanged: each generation changes one parent by exchanging a few units, narrows its
 * offspring down on more and more windows, and goes on with the best, which may be the parent (EvoPress, Sieberling et
 * al. 2024, section 3).
 */
export async function evolveSet(
  judge: Judge,
  problem: SearchProblem,
  start: UnitSet,
  { seed, generations, offspring, rungs }: EvolutionOptions,
): Promise<SearchStep> {
  const generator = xoroshiro128plus(seed);
  const draw: Draw = (below) => uniformInt(generator, 0, below - 1);
  const final = rungs.slice(-1);
  let [parent] = await narrowDown(judge, [{ set: start, base: start }], final);
  if (parent === undefined) throw new RangeError('the evolution needs a last rung');
  for (let generation = 0; generation < generations; generation++) {
    const { set } = parent;
    const children = drawOffspring(set, problem, draw, offspring);
    const candidates = children.map((child) => ({ set: child, base: set }));
    const fit = await narrowDown(judge, candidates, rungs.slice(0, -1));
    const [best] = await narrowDown(judge, [...fit, { set, base: set }], final);
    parent = best ?? parent;
  }
  return { dropped: parent.set, damage: parent.damage };
}

/** How many windows are measured at most, over all sets. */
export function countEvolution(
  { generations, offspring, rungs }: Omit<EvolutionOptions, 'seed'>,
  windows: number,
): number {
  return windows + generations * countMeasured(offspring, rungs, windows);
}

/** So many different sets, none of them the parent; fewer where the model allows no more. */
function drawOffspring(
  parent: UnitSet,
  problem: SearchProblem,
  draw: Draw,
  count: number,
): readonly UnitSet[] {
  const { weigh, mayDrop } = problem;
  const drawn = new Map<string, UnitSet>();
  for (let attempt = 0; attempt < attempts * count && drawn.size < count; attempt++) {
    const child = mutate(parent, problem, draw);
    const isOther = nameSet(child) !== nameSet(parent);
    if (isOther && weigh(child) === weigh(parent) && mayDrop(child)) drawn.set(nameSet(child), child);
  }
  return [...drawn.values()];
}

/** Exchanges one to three units, one most often. */
function mutate(set: UnitSet, { units, add }: SearchProblem, draw: Draw): UnitSet {
  const exchanges = Math.min(1 + draw(3), 1 + draw(3));
  let child = set;
  for (let i = 0; i < exchanges; i++) {
    const kept = listKept(child, units);
    const leaving = child[draw(child.length)] ?? 0;
    const coming = kept[draw(kept.length)] ?? 0;
    child = add(removeUnit(child, leaving), coming);
  }
  return child;
}
