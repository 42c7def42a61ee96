import { PruneError } from '../errors.js';

const advice = 'The same command goes on from there.';

/** Does work whose figures are kept as they come; when it is cancelled, says that it can go on. */
export async function asResumable<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof PruneError && error.code === 'CANCELLED')) throw error;
    // a part of the work may have said so already
    if (error.message.endsWith(advice)) throw error;
    throw new PruneError('CANCELLED', `${error.message} ${advice}`, {
      cause: error,
    });
  }
}
