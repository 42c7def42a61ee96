/** Heals a file that was pruned before: what was dropped is dropped again from its original, and healed. */
import path from 'node:path';
import { PruneError } from './errors.js';
import { fileLabel, readHeader, stripPartNumber } from './gguf/index.js';
import { pruneFile } from './pipeline.js';
import type { RunReport } from './report/index.js';
import { hashSource } from './run/hashSource.js';
import { readRecordedDrop } from './run/heal/recorded.js';
import type { PruneRequest } from './run/options.js';
import { reportProgress } from './run/start.js';

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
 * Writes a pruned model anew, healed.
 * @throws PruneError DROP_REFUSED for a file that does not say what was dropped, or was made from another original
 */
export async function healFile(request: HealRequest): Promise<RunReport> {
  const { model, from, output, ...options } = request;
  const { dropped, droppedAttention, sourceHash } = readRecordedDrop(await readHeader(model));
  const original = await readHeader(from);
  const onHashed = reportProgress(options, 'hash');
  const { sha256 } = await hashSource(original, {
    signal: options.signal,
    onHashed: (bytes) => {
      onHashed(bytes, original.fileBytes);
    },
  });
  if (sha256 !== sourceHash) {
    throw new PruneError(
      'DROP_REFUSED',
      `${fileLabel(model)} was not made from ${fileLabel(from)}: its original has the SHA-256 ${sourceHash}, this file ` +
        `${sha256}. Name the original with --from.`,
    );
  }
  return pruneFile({
    ...options,
    model: from,
    output: output ?? nameHealed(model),
    amount: { drop: dropped, dropAttention: droppedAttention },
  });
}

/** `model.pruned-27of30.gguf` becomes `model.pruned-27of30.healed.gguf`, in the same folder. */
function nameHealed(pruned: string): string {
  const { dir, name } = path.parse(stripPartNumber(pruned));
  return path.join(dir, `${name}.healed.gguf`);
}
