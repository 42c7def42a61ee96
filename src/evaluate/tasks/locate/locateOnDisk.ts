import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { PruneError } from '../../../errors.js';
import { escapeUnsafe } from '../../../gguf/index.js';
import type { DataFile } from '../read/dataFile.js';
import type { TaskFiles } from '../taskRules.js';
import { stateGroup, type LocatedTask } from './located.js';

/**
 * Finds the files of a task in a folder of several tasks.
 * @param hint a sentence that ends the message when they are not there
 * @throws PruneError FILE_NOT_FOUND naming what was looked for, FILE_NOT_READABLE
 */
export async function locateInFolder(
  folder: string,
  title: string,
  files: TaskFiles,
  hint = '',
): Promise<LocatedTask> {
  await statOf(folder);
  return locateInRoots(
    files.folders.map((name) => join(folder, name)),
    folder,
    title,
    files,
    hint,
  );
}

/**
 * Finds the files of a task by the path of its folder, of a folder within that, or of a file.
 * @throws PruneError FILE_NOT_FOUND naming what was looked for, FILE_NOT_READABLE
 */
export async function locateByPath(path: string, title: string, files: TaskFiles): Promise<LocatedTask> {
  const full = resolve(path);
  if ((await statOf(path)).isDirectory())
    return locateInRoots([full, ...files.folders.map((name) => join(full, name))], path, title, files);
  const question = { path: full, label: basename(full), group: stateGroup(full) };
  return { questions: [question], examples: await findExamples(dirname(full), files, [question]) };
}

async function locateInRoots(
  roots: readonly string[],
  said: string,
  title: string,
  files: TaskFiles,
  hint = '',
): Promise<LocatedTask> {
  for (const root of roots) {
    // a folder within the task's, such as test/, holds files by their last names
    const patterns = [...files.questions, ...files.questions.map((pattern) => basename(pattern))];
    const questions = await findFirst(root, patterns);
    if (questions.length > 0) return { questions, examples: await findExamples(root, files, questions) };
  }
  throw new PruneError(
    'FILE_NOT_FOUND',
    `The questions of ${title} are not in ${escapeUnsafe(said)}. It must hold ${files.questions.join(' or ')}, in it or in a folder ` +
      `named ${files.folders.join(' or ')}.${hint}`,
  );
}

async function findExamples(root: string, files: TaskFiles, questions: readonly DataFile[]) {
  const taken = new Set(questions.map(({ path }) => path));
  for (const folder of [root, dirname(root)]) {
    const found = await findFirst(folder, files.examples);
    if (found.length > 0 && !found.some(({ path }) => taken.has(path))) return found;
  }
  return [];
}

/** The files that the first of the patterns with any matches, in order of their names. */
async function findFirst(root: string, patterns: readonly string[]): Promise<readonly DataFile[]> {
  for (const pattern of patterns) {
    const folder = join(root, dirname(pattern));
    const [start = '', end] = basename(pattern).split('*');
    const matches = (name: string) =>
      end === undefined
        ? name === start
        : name.length >= start.length + end.length && name.startsWith(start) && name.endsWith(end);
    const names = (await readdir(folder).catch(() => [])).filter(matches).sort();
    if (names.length === 0) continue;
    return names.map((name) => {
      const path = join(folder, name);
      return { path, label: relative(root, path).split(sep).join('/'), group: stateGroup(path) };
    });
  }
  return [];
}

async function statOf(path: string) {
  try {
    return await stat(path);
  } catch (cause) {
    const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
    if (code === 'ENOENT')
      throw new PruneError('FILE_NOT_FOUND', `There is no file or folder ${escapeUnsafe(path)}.`, { cause });
    throw new PruneError('FILE_NOT_READABLE', `${escapeUnsafe(path)} cannot be read.`, { cause });
  }
}
