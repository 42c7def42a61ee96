/** Heals a file that was pruned before: what was dropped is dropped again from its original, and healed. */
import path from 'node:path';
import { PruneError } from './errors.js';
import { readHeader, stripPartNumber } from './gguf/index.js';
import { closedMethods, healingNames, type HealingName } from './heal/index.js';
import { describeModel } from './model/index.js';
import { pruneAgain } from './pipeline.js';
import type { RunReport } from './report/index.js';
import { checkBlocks, readRecordedDrop } from './run/heal/recorded.js';
import type { PruneRequest } from './run/options.js';

export interface HealRequest extends Omit<
  PruneRequest,
  'amount' | 'metric' | 'search' | 'unit' | 'judge' | 'seed' | 'dryRun' | 'imatrix' | 'lora' | 'controlVector'
> {
  /** The pruned file; it is not changed. */
  readonly model: string;
  /** The original that it was made from. */
  readonly from: string;
}

/**
 * Writes a pruned model anew, healed. Of the pruned file only what it says of its making is read.
 * @throws PruneError DROP_REFUSED for a file that does not say what was dropped, or was made from another original
 */
export async function healFile({
  model,
  from,
  output,
  heal = ['reconstruct'],
  ...options
}: HealRequest): Promise<RunReport> {
  if (heal.length === 0) {
    throw new PruneError(
      'USAGE',
      `Healing by no method makes no other file: ${healingNames.join(', ')} are methods.`,
    );
  }
  const recorded = readRecordedDrop(await readHeader(model));
  const { dropped, droppedAttention } = recorded;
  checkBlocks(recorded, from, describeModel(await readHeader(from)).blocks.length);
  return pruneAgain(
    {
      ...options,
      heal: startFrom(recorded.healing, heal),
      model: from,
      output: output ?? nameHealed(model),
      amount: { drop: dropped, dropAttention: droppedAttention },
    },
    recorded,
  );
}

/** Training begins with what the file was healed by in closed form, which is done once more. */
function startFrom(recorded: readonly HealingName[], asked: readonly HealingName[]): readonly HealingName[] {
  return closedMethods(asked).length > 0 ? asked : [...closedMethods(recorded), ...asked];
}

/** `model.pruned-27of30.gguf` becomes `model.pruned-27of30.healed.gguf`, in the same folder. */
function nameHealed(pruned: string): string {
  const { dir, name } = path.parse(stripPartNumber(pruned));
  return path.join(dir, `${name}.healed.gguf`);
}
