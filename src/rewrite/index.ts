export { applyPlan, type ApplyOptions } from './apply.js';
export { planDrop, type CopyRange, type DropPlan } from './plan.js';
export { describeProvenance, type Provenance } from './provenance.js';
export { verifyFile } from './verify.js';
export { checkTarget } from './target.js';
