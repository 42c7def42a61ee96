/** Limits that a result must keep, as `--fail-if "kld>0.1,ppl>+15%,mmlu<-3"` states them. */
export { checkMeasurable, findNeeds, type LimitNeeds } from './limits/needs.js';
export { judgeLimits, type JudgedLimit, type Measured } from './limits/judge.js';
export { limitNames, type LimitKind, type LimitName, type Measurement } from './limits/names.js';
export { parseLimits, type Limit, type LimitForm, type LimitOperator } from './limits/parse.js';
