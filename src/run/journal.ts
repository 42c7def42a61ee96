import { createHash } from 'node:crypto';
import { appendFile, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { PruneError } from '../errors.js';
import { escapeUnsafe } from '../gguf/index.js';
import { makeFolder } from './makeFolder.js';

/** What was measured, kept in a file as it comes, so that a run that was stopped goes on where it was. */
export interface Journal<T> {
  get(id: string): T | undefined;
  /** @param lasting whether runs to come may take it for what they would measure; otherwise it is there for this one alone */
  add(id: string, value: T, lasting?: boolean): void;
  /** Waits until all of it is in the file. */
  flush(): Promise<void>;
}

/** Changes whenever records of older versions would be misread. */
const format = 1;

interface Line<T> {
  readonly id: string;
  readonly value: T;
}

/**
 * Opens the journal of one kind of measurement, made under certain settings: another model, text or rule has another
 * journal. A line that was not written whole is dropped.
 *
 * @param settings all that the figures depend on
 * @param fresh forget what was measured before
 * @throws PruneError OUTPUT when the folder cannot be written
 */
export async function openJournal<T>(
  folder: string,
  kind: string,
  settings: Readonly<Record<string, unknown>>,
  fresh = false,
): Promise<Journal<T>> {
  const head = JSON.stringify({ format, kind, ...settings });
  const file = path.join(folder, `${nameBySettings(kind, head)}.jsonl`);
  const records = new Map<string, T>();
  let writing: Promise<void>;
  let failure: unknown;
  try {
    await makeFolder(folder);
    if (fresh) await rm(file, { force: true });
    const lines = await readLines(file);
    const isSame = lines[0] === head;
    for (const line of isSame ? lines.slice(1) : []) {
      const record = parseLine<T>(line);
      if (record !== undefined) records.set(record.id, record.value);
    }
    // the next line must not continue one that was cut off
    writing = isSame ? appendFile(file, '\n') : writeFile(file, `${head}\n`);
    await writing;
  } catch (cause) {
    throw explainUnkept(folder, cause);
  }
  return {
    get: (id) => records.get(id),
    add(id, value, lasting = true) {
      records.set(id, value);
      if (!lasting) return;
      writing = writing
        .then(() => appendFile(file, `${JSON.stringify({ id, value })}\n`))
        .catch((cause: unknown) => {
          failure ??= cause;
        });
    },
    async flush() {
      await writing;
      if (failure !== undefined) throw explainUnkept(folder, failure);
    },
  };
}

/** What a file is called in which all is kept that depends on some settings. */
export function nameBySettings(kind: string, settings: string): string {
  return `${kind}-${createHash('sha256').update(settings).digest('hex').slice(0, 24)}`;
}

async function readLines(file: string): Promise<readonly string[]> {
  try {
    return (await readFile(file, 'utf8')).split('\n').filter((line) => line !== '');
  } catch (error) {
    if (typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

function parseLine<T>(line: string): Line<T> | undefined {
  try {
    const parsed = JSON.parse(line) as Partial<Line<T>>;
    return typeof parsed.id === 'string' && parsed.value !== undefined
      ? { id: parsed.id, value: parsed.value }
      : undefined;
  } catch {
    return undefined;
  }
}

/** Says that a folder of the cache cannot be written. */
export function explainUnkept(folder: string, cause: unknown): PruneError {
  const detail = escapeUnsafe(cause instanceof Error ? cause.message : String(cause));
  return new PruneError(
    'OUTPUT',
    `What is measured cannot be kept in ${escapeUnsafe(folder)}: ${detail}. Set PRUNE_GGUF_CACHE to a folder that can be written.`,
    { cause },
  );
}
