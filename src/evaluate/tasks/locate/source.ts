import { PruneError } from '../../../errors.js';
import { quoteName } from '../../../gguf/index.js';

/** Where the questions of a task come from. */
export type DataSource =
  /** a folder that holds the folders of several tasks */
  | { readonly kind: 'folder'; readonly path: string }
  /** the file or folder of this task */
  | { readonly kind: 'path'; readonly path: string }
  /** the task's data set on Hugging Face */
  | { readonly kind: 'hub' }
  /** a file of a data set on Hugging Face */
  | { readonly kind: 'hubFile'; readonly repo: string; readonly path: string };

/**
 * Understands where data is said to be: `PATH` of a folder of several tasks or `hf:`, for all tasks that nothing else is
 * said of; `task=PATH`, `task=hf:` or `task=hf:owner/name/path/to/file.jsonl` for one. A folder with `=` in its name is
 * written with a path before it: `./a=b`.
 *
 * @returns the source of a task, undefined where nothing was said of it
 * @throws PruneError USAGE
 */
export function parseSources(values: readonly string[]): (task: string) => DataSource | undefined {
  const sources = new Map<string | undefined, DataSource>();
  for (const value of values) {
    const [, task, rest] = /^([\w.-]+)=(.*)$/s.exec(value) ?? [];
    const source = parseSource(rest ?? value, task);
    if (sources.has(task)) {
      const which =
        task === undefined ? 'Two places are given for all tasks' : `Two places are given for ${task}`;
      throw new PruneError('USAGE', `${which}. There must be one.`);
    }
    sources.set(task, source);
  }
  return (task) => sources.get(task) ?? sources.get(undefined);
}

function parseSource(text: string, task: string | undefined): DataSource {
  if (text === '')
    throw new PruneError('USAGE', 'The place of the data is empty. It must be a path, or hf:.');
  if (!text.startsWith('hf:')) return { kind: task === undefined ? 'folder' : 'path', path: text };
  if (text === 'hf:') return { kind: 'hub' };
  const [owner = '', name = '', ...path] = text.slice(3).split('/');
  const isName = (part: string) => /^[\w.-]+$/.test(part) && !/^\.+$/.test(part);
  const isSafe = path.every((part) => part !== '' && !/^\.+$/.test(part) && !part.includes('\\'));
  if (!isName(owner) || !isName(name) || path.length === 0 || !isSafe) {
    throw new PruneError(
      'USAGE',
      `${quoteName(text)} names no file on Hugging Face. It must be hf:owner/name/path/to/file.jsonl, or hf: alone.`,
    );
  }
  if (task === undefined) {
    throw new PruneError(
      'USAGE',
      `${quoteName(text)} is one file, and does not say of which task. Write name=${text}.`,
    );
  }
  return { kind: 'hubFile', repo: `${owner}/${name}`, path: path.join('/') };
}
