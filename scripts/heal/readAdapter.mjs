import { openSync, closeSync, readSync } from 'node:fs';
import { getFloat, readHeader } from '../../dist/gguf/index.js';

/** An adapter's pairs of matrices, with its rank and what it counts by. */
export async function readAdapter(file) {
  const header = await readHeader(file);
  const { tensors, parts } = header;
  const from = parts[0].dataOffset;
  const handle = openSync(file);
  const read = ({ offset, bytes }) => {
    const values = new Float32Array(bytes / 4);
    readSync(handle, values, 0, bytes, from + offset);
    return values;
  };
  try {
    const byName = new Map(tensors.map((tensor) => [tensor.name, tensor]));
    const pairs = tensors.flatMap((tensor) => {
      const name = /^(.*)\.lora_a$/.exec(tensor.name)?.[1];
      return name === undefined ? [] : [{ name, a: read(tensor), b: read(byName.get(`${name}.lora_b`)) }];
    });
    return { rank: tensors[0].dimensions[1], alpha: getFloat(header, 'adapter.lora.alpha'), pairs };
  } finally {
    closeSync(handle);
  }
}
