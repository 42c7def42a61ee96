import os from 'node:os';
import type { ModelOptions } from './model.js';
import { startProcess } from './startProcess.js';

/**
 * Writes a model in another quantisation, by llama.cpp's own quantiser, which takes quantised ones as well.
 * @param fileType llama.cpp's number of the mixture of types
 * @throws PruneError NATIVE_FAILED with llama.cpp's words; NATIVE_CRASHED; CANCELLED
 */
export async function quantizeModel(
  input: string,
  output: string,
  fileType: number,
  options: Pick<ModelOptions, 'threads' | 'signal'> = {},
): Promise<void> {
  const { child } = await startProcess('off', options);
  try {
    const threads = options.threads ?? os.availableParallelism();
    await child.call('quantize', { input, output, fileType, threads }, options);
  } finally {
    await child.end();
  }
}
