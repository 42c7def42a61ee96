import path from 'node:path';
import { pruneFile } from '../../dist/index.js';

/** Writes the model without a share of its blocks, by block influence; the model itself for none. */
export async function dropRatio(model, ratio, folder) {
  if (ratio === 0) return { file: model, dropped: [] };
  const output = path.join(folder, `${path.basename(model, '.gguf')}-${Math.round(100 * ratio)}.gguf`);
  const { dropped } = await pruneFile({ model, output, amount: { ratio }, overwrite: true });
  return { file: output, dropped };
}
