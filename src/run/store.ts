import { randomBytes } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { explainUnkept, nameBySettings } from './journal.js';
import { makeFolder } from './makeFolder.js';

/** A value that is kept in a file, numbers in arrays and all, so that a run that was stopped goes on where it was. */
export interface Store<T> {
  /** What was written last under the same settings, by this run or an earlier one. */
  read(): Promise<T | undefined>;
  /** Replaces it, or leaves it as it was. @throws PruneError OUTPUT */
  write(value: T): Promise<void>;
}

/** Changes whenever values of older versions would be misread. */
const format = 1;

/**
 * Opens the place of one kind of value, made under certain settings.
 * @param settings all that the value depends on
 * @param fresh forget what was written before
 */
export function openStore<T>(
  folder: string,
  kind: string,
  settings: Readonly<Record<string, unknown>>,
  fresh = false,
): Store<T> {
  const head = JSON.stringify({ format, kind, ...settings });
  const file = path.join(folder, `${nameBySettings(kind, head)}.bin`);
  let isForgotten = fresh;
  return {
    async read() {
      if (isForgotten) return undefined;
      const bytes = await readFile(file).catch(() => undefined);
      return bytes && (parse(bytes, head) as T | undefined);
    },
    async write(value) {
      const partial = `${file}.${process.pid}-${randomBytes(3).toString('hex')}.part`;
      try {
        await makeFolder(folder);
        await writeFile(partial, serialize({ head, value }));
        await rename(partial, file);
        isForgotten = false;
      } catch (cause) {
        await rm(partial, { force: true }).catch(() => undefined);
        throw explainUnkept(folder, cause);
      }
    },
  };
}

/** Undefined for what is damaged, or of other settings: it is made anew. */
function parse(bytes: Uint8Array, head: string): unknown {
  try {
    const kept = deserialize(bytes) as { readonly head?: unknown; readonly value?: unknown };
    return kept.head === head ? kept.value : undefined;
  } catch {
    return undefined;
  }
}
