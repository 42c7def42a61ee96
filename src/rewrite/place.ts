import { link, rename, rm } from 'node:fs/promises';
import { describeWriteFailure, findSystemCode } from './failure.js';

/** A finished file under its temporary name, and the name that it is to get. */
export interface Placement {
  readonly partial: string;
  readonly final: string;
  /** The latter as the user gave it. */
  readonly shown: string;
}

/**
 * Gives finished files their names: all of them, or none when one cannot get its name.
 *
 * Should the process die in between, what is there depends on the order, so put last the file without which the others
 * are not used: a split model is opened by its first part alone. New files then are there without the last one, and
 * where they replace others, the last of those is the first to go, so that old and new are never taken for one. A
 * single file takes the place of another in one step.
 *
 * @throws PruneError OUTPUT, also when a name was taken meanwhile and `overwrite` is not set
 */
export async function placeFiles(files: readonly Placement[], overwrite: boolean): Promise<void> {
  if (overwrite && files.length > 1) return replaceAll(files);
  const placed: string[] = [];
  try {
    for (const { partial, final, shown } of files) {
      await explainFailure(shown, overwrite ? rename(partial, final) : claim(partial, final));
      placed.push(final);
    }
  } catch (error) {
    await removeAll(placed);
    throw error;
  }
}

async function replaceAll(files: readonly Placement[]): Promise<void> {
  const aside: { readonly final: string; readonly old: string }[] = [];
  const placed: string[] = [];
  try {
    for (const { partial, final, shown } of files.toReversed()) {
      const old = `${partial}.old`;
      if (await explainFailure(shown, setAside(final, old))) aside.unshift({ final, old });
    }
    for (const { partial, final, shown } of files) {
      await explainFailure(shown, rename(partial, final));
      placed.push(final);
    }
  } catch (error) {
    await removeAll(placed.toReversed());
    for (const { final, old } of aside) await rename(old, final).catch(() => undefined);
    throw error;
  }
  await removeAll(aside.map(({ old }) => old));
}

/** Tells whether there was a file. */
async function setAside(final: string, old: string): Promise<boolean> {
  try {
    await rename(final, old);
    return true;
  } catch (error) {
    if (findSystemCode(error) === 'ENOENT') return false;
    throw error;
  }
}

/** Gives the file its name unless somebody else took that name meanwhile. */
async function claim(partial: string, final: string): Promise<void> {
  try {
    await link(partial, final);
  } catch (error) {
    if (findSystemCode(error) === 'EEXIST') throw error;
    await rename(partial, final); // a filesystem without hard links
  }
}

async function explainFailure<T>(shown: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    throw describeWriteFailure(cause, shown);
  }
}

/** Failing to clean up must not hide why there is something to clean up. */
export async function removeAll(paths: readonly string[]): Promise<void> {
  for (const path of paths) await rm(path, { force: true }).catch(() => undefined);
}
