import path from 'node:path';
import { PruneError } from '../errors.js';
import { escapeUnsafe, stripPartNumber, type GgufHeader } from '../gguf/index.js';
import type { Drop } from '../model/index.js';
import { checkTarget, findPossibleTargets, type SourceFile, type TargetOption } from '../rewrite/index.js';
import type { CompanionWrite } from './companions.js';
import type { PruneRequest } from './options.js';

/**
 * `model.gguf` with 3 of 30 blocks dropped becomes `model.pruned-27of30.gguf`, in the same folder; with the attention of
 * two others gone `model.pruned-27of30-2attn.gguf`.
 */
export function nameOutput(source: string, count: number, { dropped, droppedAttention }: Drop): string {
  const { dir, name } = path.parse(stripPartNumber(source));
  const attention = droppedAttention.length === 0 ? '' : `-${droppedAttention.length}attn`;
  return path.join(dir, `${name}.pruned-${count - dropped.length}of${count}${attention}.gguf`);
}

/** A companion keeps its name and lies beside the output. */
export function nameBeside(output: string, named: string): string {
  return path.join(path.dirname(output), path.basename(named));
}

/**
 * Refuses what cannot be written, before any work is done for it.
 * @param pruned the file that is healed, if one is: an adapter is not put in its place
 * @throws PruneError OUTPUT; USAGE when two files would have the same name, or one has none
 */
export async function checkTargets(
  { parts }: GgufHeader,
  output: string,
  companions: readonly CompanionWrite[],
  {
    overwrite = false,
    splitMaxBytes,
    adapter,
  }: Pick<PruneRequest, 'overwrite' | 'splitMaxBytes' | 'adapter'>,
  pruned?: string,
): Promise<void> {
  const sources = [
    ...parts.map((part) => ({ path: part.path, noun: 'the model' })),
    ...companions.map(({ companion }) => ({ path: companion.header.path, noun: 'a file to be pruned' })),
  ];
  const taken = new Set<string>();
  const check = async (target: string, kept: readonly SourceFile[], option: TargetOption, what: string) => {
    const place = path.resolve(target);
    if (taken.has(place)) {
      throw new PruneError(
        'USAGE',
        `Two files would be written as ${escapeUnsafe(target)}. Give ${what} another name.`,
      );
    }
    taken.add(place);
    await checkTarget(kept, target, overwrite, option);
  };
  const targets = [
    ...(await findPossibleTargets(output, splitMaxBytes)),
    ...companions.map(({ target }) => target),
  ];
  for (const target of targets) await check(target, sources, '-o', 'one of those to be pruned');
  if (adapter === undefined) return;
  const beside = pruned === undefined ? [] : [{ path: pruned, noun: 'the pruned model' }];
  await check(adapter, [...sources, ...beside], '--adapter', 'the one of --adapter');
}
