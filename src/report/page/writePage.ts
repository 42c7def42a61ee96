import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { PruneError } from '../../errors.js';
import { escapeUnsafe } from '../../gguf/index.js';
import { generatorName } from './marks.js';
import { renderPage, type AnyReport } from './renderPage.js';

/**
 * Refuses a place where a page cannot be put.
 * @throws PruneError OUTPUT, USAGE
 */
export async function checkPageTarget(file: string): Promise<void> {
  const label = escapeUnsafe(file);
  if (!/\.html?$/i.test(file)) {
    throw new PruneError('USAGE', `A report is an HTML page: ${label} should end in .html.`);
  }
  const folder = await stat(path.dirname(path.resolve(file))).catch(() => undefined);
  if (!folder?.isDirectory()) {
    throw new PruneError(
      'OUTPUT',
      `The folder of ${label} does not exist, so no report can be written there.`,
    );
  }
  if (!(await isFree(file))) {
    throw new PruneError(
      'OUTPUT',
      `${label} exists and is no page of prune-gguf, so it is not replaced. Give the report another name.`,
    );
  }
}

/** Whether nothing is lost with what is there: nothing, or a page of this tool. */
async function isFree(file: string): Promise<boolean> {
  const found = await stat(file).catch(() => undefined);
  if (found === undefined) return true;
  if (!found.isFile() || found.size > 64 * 1024 * 1024) return false;
  return (await readFile(file, 'utf8')).includes(`<meta name="generator" content="${generatorName} `);
}

/**
 * Writes a page, whole or not at all. A page of this tool in its place is replaced.
 * @throws PruneError OUTPUT, USAGE
 */
export async function writePage(file: string, reports: readonly AnyReport[]): Promise<void> {
  await checkPageTarget(file);
  const page = await renderPage(reports);
  const partial = `${file}.${process.pid}.partial`;
  try {
    await writeFile(partial, page, { flag: 'wx' });
    await rename(partial, file);
  } catch (cause) {
    await rm(partial, { force: true });
    const { code = 'unknown' } = cause as NodeJS.ErrnoException;
    throw new PruneError('OUTPUT', `The report could not be written to ${escapeUnsafe(file)} (${code}).`, {
      cause,
    });
  }
}
