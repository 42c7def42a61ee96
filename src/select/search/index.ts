export { addUnit, findFirstDifference, nameSet, removeUnit, uniqueBySet } from './unitSets.js';
export { evolveSet, type EvolutionOptions } from './evolve.js';
export { exchangeBlocks, type ExchangeOptions } from './exchange.js';
export { growSets, type GrowthOptions } from './grow.js';
export { halve, measureAll, narrowDown, type Judged, type Rung, type RungPlan } from './halve.js';
export { takeLowest, takeLowestSingles } from './oneShot.js';
export { searches, searchNames, type Search, type SearchName, type SearchSettings } from './searches.js';
export type { Candidate, Judge, SearchProblem, SearchStep, UnitSet } from './types.js';
