import { PruneError } from '../errors.js';
import { computeTensorBytes, findGgmlType, quoteName } from '../gguf/index.js';
import type { Piece, TakenTensor } from './content.js';

/**
 * Takes the kept blocks' segments of a tensor that has one for each block along a dimension.
 *
 * @param blocks how many segments there are
 * @throws PruneError DROP_REFUSED when the tensor cannot be cut there
 */
export function sliceTensor(
  tensor: TakenTensor,
  dimension: number,
  blocks: number,
  kept: readonly number[],
): TakenTensor {
  const { name, dimensions, type: id } = tensor;
  const type = findGgmlType(id);
  const segment = (dimensions[dimension] ?? NaN) / blocks;
  const row = [...dimensions.slice(0, dimension), segment];
  const isCuttable = Number.isInteger(segment) && type !== undefined && (row[0] ?? 1) % type.blockSize === 0;
  const bytes = isCuttable ? computeTensorBytes(type, row) : undefined;
  if (bytes === undefined) {
    throw new PruneError(
      'DROP_REFUSED',
      `The tensor ${quoteName(name)} of ${dimensions.join(' x ')} cannot be cut into one segment for each of ` +
        `${blocks} blocks without taking ${type?.name ?? 'its'} values apart.`,
    );
  }
  const pieces = tensor.pieces.flatMap((piece) => cutPiece(piece, bytes, blocks, kept));
  return {
    ...tensor,
    dimensions: dimensions.with(dimension, segment * kept.length),
    bytes: pieces.reduce((sum, piece) => sum + piece.bytes, 0),
    pieces,
  };
}

function cutPiece(piece: Piece, bytes: number, blocks: number, kept: readonly number[]): readonly Piece[] {
  const teeth = kept.map((block) => ({ from: block * bytes, bytes }));
  const stride = bytes * blocks;
  if (piece.bytes === stride) return teeth.map(({ from }) => ({ ...piece, from: piece.from + from, bytes }));
  return [{ ...piece, bytes: (piece.bytes / blocks) * kept.length, comb: { stride, teeth } }];
}
