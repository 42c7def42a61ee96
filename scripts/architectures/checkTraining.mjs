// One model of an architecture: whether the gradient of its loss is the difference of its losses.
import { openModel } from '../../dist/index.js';
import { beginTraining, compareGradient } from './gradients.mjs';
import { renderOutcomes, shortenRefusal } from './renderOutcomes.mjs';

/** In nats: losses of models with GELU, which ggml computes by a table of 16-bit numbers, are rough when looked at closely. */
const change = 0.3;

/** Further from 1 than this a ratio is no rounding. */
const tolerance = 0.03;

/** @returns the difference of the losses along the gradient ÷ its length, or why there is none */
export async function checkTraining(file, tokens) {
  let model;
  try {
    model = await openModel(file, {
      gpu: 'off',
      threads: 1,
      exact: true,
      trained: true,
      contextTokens: tokens.length,
    });
    const { top } = await model.runWindow({ tokens, losses: true, topTokens: 20 });
    const state = await beginTraining(model);
    if (state.names.length === 0) return { none: 'no matrix that an adapter could be trained for' };
    const request = { tokens, reference: top, hard: 0.5, overridden: true };
    const { refusal, length, difference } = await compareGradient(model, state, request, () => true, change);
    if (refusal !== '') return { none: refusal };
    const ratio = difference / length;
    return { ratio, ...(Math.abs(ratio - 1) <= tolerance ? {} : { fault: true }) };
  } catch (error) {
    const expected = ['ARCHITECTURE_UNSUPPORTED', 'NOT_A_MODEL'];
    return { none: error.message, ...(expected.includes(error.code) ? {} : { fault: true }) };
  } finally {
    await model?.close().catch(() => undefined);
  }
}

/** The results of all models, in a table of which can be trained and why others cannot. */
export function renderTrainingTable(results) {
  const of = (matches) => results.filter(({ training }) => matches(training)).map(({ name }) => name);
  const reasons = [...new Set(results.flatMap(({ training: { none } }) => (none ? [shorten(none)] : [])))];
  const rows = [
    ['trained', of(({ ratio }) => ratio !== undefined)],
    ...reasons.map((reason) => [
      `not trained: ${reason}`,
      of(({ none }) => none !== undefined && shorten(none) === reason),
    ]),
  ];
  return renderOutcomes(rows);
}

/** Without what differs from model to model. */
function shorten(reason) {
  return shortenRefusal(reason)
    .replace(/^\S+\.gguf: /, '')
    .replace(/[:.\n].*$/s, '');
}
