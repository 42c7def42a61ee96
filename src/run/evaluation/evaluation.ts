import { llamaVersion } from '../../version.js';
import type { EvaluatedModels, HashedModel } from './models.js';
import type { EvalRequest } from './options.js';

/** What the parts of one evaluation share. */
export interface Evaluation {
  readonly options: EvalRequest;
  readonly models: EvaluatedModels;
  /** Where figures are kept. */
  readonly folder: string;
}

/** What all figures of a model depend on. */
export function describeModelConditions({ options }: Evaluation, { model, hash }: HashedModel) {
  return {
    llamaCpp: llamaVersion,
    backend: model.backend,
    exact: options.exact ?? false,
    model: hash.sha256,
  };
}

/** What figures of both models together depend on. */
export function describeConditions(evaluation: Evaluation) {
  const { model, original } = evaluation.models;
  return {
    ...describeModelConditions(evaluation, model),
    original: original?.hash.sha256 ?? null,
  };
}
