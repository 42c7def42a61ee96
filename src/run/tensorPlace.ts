import { countElements, type GgufHeader, type TensorInfo } from '../gguf/index.js';
import type { TensorPlace } from '../native/index.js';

/** Where the values of a tensor lie. */
export function locateTensor(
  { parts }: GgufHeader,
  { part, type, offset, dimensions }: TensorInfo,
): TensorPlace {
  const file = parts[part];
  if (file === undefined) throw new RangeError(`no part ${part}`);
  return {
    path: file.path,
    offset: file.dataOffset + offset,
    type,
    count: Number(countElements(dimensions)),
  };
}
