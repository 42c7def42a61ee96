import { constants } from 'node:fs';
import { access, lstat, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { PruneError } from '../../errors.js';
import { escapeUnsafe } from '../../gguf/index.js';
import type { AnyReport } from './anyReport.js';
import { dataId, generatorName, longestReport } from './marks.js';
import { renderPage } from './renderPage.js';

/**
 * Refuses a place where a page cannot be put.
 * @returns the file that is written: where a link leads
 * @throws PruneError OUTPUT, USAGE
 */
export async function checkPageTarget(file: string): Promise<string> {
  const label = escapeUnsafe(file);
  if (!/\.html?$/i.test(file)) {
    throw new PruneError(
      'USAGE',
      `A report is an HTML page: its name should end in .html, unlike "${label}".`,
    );
  }
  const target = await followLink(file);
  const folder = path.dirname(path.resolve(target));
  const found = await stat(folder).catch(() => undefined);
  if (!found?.isDirectory()) {
    throw new PruneError(
      'OUTPUT',
      `The folder of ${label} does not exist, so no report can be written there.`,
    );
  }
  try {
    await access(folder, constants.W_OK);
  } catch (cause) {
    throw new PruneError('OUTPUT', `No report can be written to ${label}: its folder is read-only.`, {
      cause,
    });
  }
  if (!(await isFree(target))) {
    throw new PruneError(
      'OUTPUT',
      `${label} exists and is no page of prune-gguf, so it is not replaced. Give the report another name.`,
    );
  }
  return target;
}

/** @throws PruneError OUTPUT for a link that leads nowhere */
async function followLink(file: string): Promise<string> {
  const found = await lstat(file).catch(() => undefined);
  if (!found?.isSymbolicLink()) return file;
  return realpath(file).catch((cause: unknown) => {
    throw new PruneError('OUTPUT', `${escapeUnsafe(file)} is a link that leads nowhere.`, { cause });
  });
}

/** How a page of this tool begins. */
const beginning = new RegExp(
  `^<!doctype html>\\n<html lang="en"><head>(<meta [^>]*>)*<meta name="generator" content="${generatorName} `,
);

/** Whether nothing is lost with what is there: nothing, or a page of this tool. */
async function isFree(file: string): Promise<boolean> {
  const found = await stat(file).catch(() => undefined);
  if (found === undefined) return true;
  if (!found.isFile() || found.size > longestReport) return false;
  const text = await readFile(file, 'utf8').catch(() => '');
  return beginning.test(text) && text.includes(`id="${dataId}">`);
}

/**
 * Writes a page, whole or not at all. A page of this tool in its place is replaced.
 * @throws PruneError OUTPUT, USAGE
 */
export async function writePage(file: string, reports: readonly AnyReport[]): Promise<void> {
  const target = await checkPageTarget(file);
  const page = await renderPage(reports);
  const partial = path.join(path.dirname(target), `.prune-gguf-${process.pid}.partial`);
  try {
    await writeFile(partial, page, { flag: 'wx' });
    await rename(partial, target);
  } catch (cause) {
    await rm(partial, { force: true }).catch(() => undefined);
    const { code = 'unknown' } = cause as NodeJS.ErrnoException;
    throw new PruneError('OUTPUT', `The report could not be written to ${escapeUnsafe(file)} (${code}).`, {
      cause,
    });
  }
}
