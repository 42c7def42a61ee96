import { join } from 'node:path';
import type { DataFile } from '../read/dataFile.js';
import type { HubPlace } from '../taskRules.js';
import { download, type DownloadOptions } from './download.js';
import { stateGroup, type LocatedTask } from './located.js';

export interface HubOptions extends DownloadOptions {
  /** Where fetched files are kept. */
  readonly cacheFolder: string;
}

/** The branch on which Hugging Face's converter keeps every data set as parquet, by config and split. */
const PARQUET_BRANCH = 'refs/convert/parquet';

/**
 * Fetches the files of a task from Hugging Face, or from the server that HF_ENDPOINT names.
 * @param withExamples whether the file of examples is wanted as well
 * @throws PruneError as {@link download}
 */
export async function locateOnHub(
  place: HubPlace,
  withExamples: boolean,
  options: HubOptions,
): Promise<LocatedTask> {
  const fetchSplit = async (split: string | undefined) => {
    const files: DataFile[] = [];
    for (const config of split === undefined ? [] : place.configs) {
      const label = `${config}/${split ?? ''}/0000.parquet`;
      const path = await fetchFile(place.repo, PARQUET_BRANCH, label, options);
      files.push({ path, label, group: place.configs.length > 1 ? config : undefined });
    }
    return files;
  };
  const questions = await fetchSplit(place.split);
  return { questions, examples: withExamples ? await fetchSplit(place.examples) : [] };
}

/** Fetches one file of a data set, of its main branch. */
export async function locateHubFile(repo: string, path: string, options: HubOptions): Promise<LocatedTask> {
  const local = await fetchFile(repo, 'main', path, options);
  return { questions: [{ path: local, label: `${repo}/${path}`, group: stateGroup(path) }], examples: [] };
}

async function fetchFile(repo: string, branch: string, path: string, options: HubOptions): Promise<string> {
  const endpoint = (process.env['HF_ENDPOINT'] ?? '').replace(/\/+$/, '') || 'https://huggingface.co';
  const encoded = path.split('/').map(encodeURIComponent).join('/');
  const url = `${endpoint}/datasets/${repo}/resolve/${encodeURIComponent(branch)}/${encoded}`;
  const file = join(options.cacheFolder, ...repo.split('/'), branch.replaceAll('/', '-'), ...path.split('/'));
  await download(url, file, options);
  return file;
}
