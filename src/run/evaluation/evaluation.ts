import { describeModelConditions } from '../conditions.js';
import type { EvaluatedModels } from './models.js';
import type { EvalRequest } from './options.js';

/** What the parts of one evaluation share. */
export interface Evaluation {
  readonly options: EvalRequest;
  readonly models: EvaluatedModels;
  /** Where figures are kept. */
  readonly folder: string;
}

/** What figures of both models together depend on. */
export function describeConditions({ models: { model, original }, options }: Evaluation) {
  return {
    ...describeModelConditions(model.model, model.hash, options),
    original: original?.hash.sha256 ?? null,
  };
}
