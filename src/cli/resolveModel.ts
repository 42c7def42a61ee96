import { PruneError } from '../index.js';
import { cancelSignal } from './cancel.js';
import type { ProgressLines } from './progress.js';

const isRemote = /^(?:hf:|huggingface:|https?:\/\/)/;

/** A path as it is; the file behind `hf:user/repo:quant` or a URL, downloaded unless it is there already. */
export async function resolveModel(model: string, progress: ProgressLines): Promise<string> {
  if (!isRemote.test(model)) return model;
  const { resolveModelFile } = await import('node-llama-cpp');
  try {
    return await resolveModelFile(model, {
      cli: false,
      signal: cancelSignal,
      onProgress({ downloadedSize, totalSize }) {
        progress.update('Downloading', downloadedSize, totalSize, 'bytes');
      },
    });
  } catch (cause) {
    if (cancelSignal.aborted) throw new PruneError('CANCELLED', 'Cancelled.', { cause });
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw new PruneError('FILE_NOT_FOUND', `${model} could not be downloaded: ${detail}`, { cause });
  }
}
