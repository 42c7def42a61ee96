import { computeTensorBytes, GGML_TYPES } from '../../gguf/index.js';
import type { Model } from '../../native/index.js';
import type { Repairs } from '../../rewrite/index.js';
import type { RunOptions } from '../options.js';
import { mergeTrained } from './mergeTrained.js';
import type { TrainedTensors } from './trainedTensors.js';

/** What becomes of trained matrices in the types that they are written in. */
export interface Rounding {
  /**
   * Lets a session go on being trained with its matrices as they would be written now, so that what is trained makes up for
   * how they are rounded. Norms are written as they are trained, and maps next to it.
   */
  hold(): Promise<void>;
  /** About the bytes that this takes. */
  readonly heldBytes: number;
  /** @throws PruneError NATIVE_FAILED, CANCELLED */
  merge(): Promise<Repairs>;
}

const heldType = GGML_TYPES.find(({ name }) => name === 'Q8_0');

/**
 * @param session with what is trained at its beginning, where columns are weighed whenever rounding is first asked for: one
 * that goes on rounds as one that was not stopped
 * @param weigh how much columns count
 */
export async function openRounding(
  session: Model,
  trained: TrainedTensors,
  weigh: () => Promise<void>,
  options: RunOptions,
): Promise<Rounding> {
  const beginning = await session.readTrained();
  let isWeighed = false;
  const weighOnce = async () => {
    if (isWeighed) return;
    const now = await session.readTrained();
    await session.writeTrained(beginning);
    await weigh();
    await session.writeTrained(now);
    isWeighed = true;
  };
  return {
    heldBytes: countHeldBytes(trained),
    hold: async () => {
      await weighOnce();
      for (const { weight } of trained.matrices) {
        const { name, inputs, place, type } = weight;
        await session.holdRounding({ name, inputs, place, type }, options);
      }
    },
    merge: async () => {
      await weighOnce();
      return mergeTrained(session, trained, options);
    },
  };
}

function countHeldBytes({ matrices }: TrainedTensors): number {
  const sizes = matrices.map(({ inputs, outputs }) =>
    heldType === undefined ? undefined : computeTensorBytes(heldType, [inputs, outputs]),
  );
  return sizes.reduce<number>((sum, size = 0) => sum + size, 0);
}
