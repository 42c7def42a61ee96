import { PruneError } from '../errors.js';
import { ggmlTypeName, quoteName } from '../gguf/index.js';
import type { TakenTensor } from './content.js';

const f32 = 0;

/**
 * Multiplies the values of a tensor by a factor.
 * @throws PruneError DROP_REFUSED for one that is not in F32
 */
export function scaleTensor(tensor: TakenTensor, factor: number): TakenTensor {
  if (tensor.type !== f32) {
    throw new PruneError(
      'DROP_REFUSED',
      `The tensor ${quoteName(tensor.name)} would have to take over a factor, which needs F32 values; these are ` +
        `${ggmlTypeName(tensor.type)}.`,
    );
  }
  return { ...tensor, pieces: tensor.pieces.map((piece) => ({ ...piece, scale: factor })) };
}
