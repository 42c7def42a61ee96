export { applyPlan, applyPlans, type ApplyOptions, type PlannedWrite } from './apply.js';
export { planCompanion, readCompanion, type Companion } from './companion.js';
export { companionKinds, type CompanionKind, type CompanionModel } from './companionKinds.js';
export { planDrop, type DropPlan } from './plan.js';
export type { CopyRange, PlannedFile, RewritePlan } from './planFiles.js';
export type { BlockPatch, RefittedTensor, Repairs } from './repairs.js';
export { describeProvenance, type Provenance } from './provenance.js';
export { verifyFile } from './verify.js';
export { checkTarget, findPossibleTargets, type SourceFile } from './target.js';
