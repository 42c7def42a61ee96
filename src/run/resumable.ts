import { PruneError } from '../errors.js';

/** Does work whose figures are kept as they come; when it is cancelled, says that it can go on. */
export async function asResumable<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof PruneError && error.code === 'CANCELLED')) throw error;
    throw new PruneError('CANCELLED', `${error.message} The same command goes on from there.`, {
      cause: error,
    });
  }
}
