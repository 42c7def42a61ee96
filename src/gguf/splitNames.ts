import { basename } from 'node:path';

/** Where the number of a part stands in a name. llama.cpp wants something in front of it, and exactly this spelling. */
const partNumber = /(?<=[^/\\])-\d{5}-of-\d{5}(?=\.gguf$)/;

/** The path of a part without its number: `a/name-00001-of-00005.gguf` becomes `a/name.gguf`. Others stay as they are. */
export function stripPartNumber(path: string): string {
  return path.replace(partNumber, '');
}

/**
 * The path of file `index` of those that a model lies in: that of a single file as it is, that of a part as llama.cpp
 * names it, part 0 of 5 of `a/name.gguf` being `a/name-00001-of-00005.gguf`. `path` may be that of another part. Only
 * the number in the name changes, so that no part can lie in another folder.
 */
export function namePart(path: string, index: number, count: number): string {
  if (count === 1) return path;
  const digits = (number: number) => String(number).padStart(5, '0');
  return `${stripPartNumber(path).replace(/\.gguf$/, '')}-${digits(index + 1)}-of-${digits(count)}.gguf`;
}

/** Matches the names, without folder, of all parts that a model of this path can have, however many there are. */
export function partPattern(path: string): RegExp {
  const stem = basename(stripPartNumber(path)).replace(/\.gguf$/, '');
  return new RegExp(`^${stem.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}-\\d{5}-of-\\d{5}\\.gguf$`);
}
