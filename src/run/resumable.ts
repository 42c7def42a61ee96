import { PruneError } from '../errors.js';
import type { KeepOptions } from './search/options.js';

const advice = (fresh: boolean) => `The same command ${fresh ? 'without --fresh ' : ''}goes on from there.`;

/** Does work whose figures are kept as they come; when it is cancelled, says how it can go on. */
export async function asResumable<T>(
  { fresh = false }: Pick<KeepOptions, 'fresh'>,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof PruneError && error.code === 'CANCELLED')) throw error;
    // a part of the work may have said so already
    if (error.message.endsWith(advice(fresh))) throw error;
    throw new PruneError('CANCELLED', `${error.message} ${advice(fresh)}`, {
      cause: error,
    });
  }
}
