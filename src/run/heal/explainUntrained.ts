import type { MatrixKind } from '../../heal/index.js';
import type { Drop } from '../../model/index.js';
import type { CallOptions, Model } from '../../native/index.js';
import type { Bypass } from '../bypass.js';
import { listTrainedMatrices } from './trainedTensors.js';

/** Why no matrix of so many kinds is trained in a model. */
export function explainNoMatrices(model: Model, drop: Drop, kinds: readonly MatrixKind[]): string {
  const named = kinds.join(', ');
  const canBeTrained = listTrainedMatrices(model, drop, kinds, undefined).length > 0;
  return canBeTrained
    ? `ggml has no quantiser to the types of those matrices that could be trained (${named}); --heal-type names another one.`
    : `no kept block of this ${model.description.architecture} model has a matrix that could be trained (${named}).`;
}

/** Which operations a graph has does not depend on how long a window is. */
const triedTokens = 16;

/**
 * Why no gradient can be had of a model: tries it on the beginning of a window, before the original is asked for its
 * answers on all of them.
 * @param session that training has begun in; whoever trains it writes its state first, which forgets these gradients
 * @returns undefined where gradients can be had
 */
export async function explainNoGradient(
  session: Model,
  window: Int32Array,
  request: Bypass & { readonly stream: number },
  options: CallOptions,
): Promise<string | undefined> {
  const tokens = window.slice(0, triedTokens);
  const { refusal } = await session.trainWindow({ tokens, reference: null, hard: 1, ...request }, options);
  return refusal === '' ? undefined : `${refusal}.`;
}
