import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { PruneError } from '../../errors.js';
import { escapeUnsafe, readHeader, stripPartNumber, type GgufHeader } from '../../gguf/index.js';
import { quantizeModel } from '../../native/index.js';
import { formatBytes, type LeftOutReport } from '../../report/index.js';
import { llamaVersion } from '../../version.js';
import { hashFile } from '../hashFile.js';
import { openJournal, type Journal } from '../journal.js';
import { reportProgress } from '../start.js';
import { estimateSize } from './estimate.js';
import type { CompareRequest } from './options.js';
import type { QuantType } from './types.js';
import type { WorkFolder } from './workFolder.js';

/** A model that the quantiser made of the original. */
export interface QuantisedFile {
  readonly type: QuantType;
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  /** Whether it stays when all is done. */
  readonly isKept: boolean;
}

/** What there is to make, and what need not be made. */
export interface QuantisePlan {
  readonly made: readonly QuantType[];
  readonly leftOut: readonly LeftOutReport[];
  /** Room to set aside for all, in bytes. */
  readonly most: number;
}

/** Leaves out what is bound to be too large. */
export function planQuantised(
  header: GgufHeader,
  types: readonly QuantType[],
  sizes: readonly number[] | undefined,
): QuantisePlan {
  const estimated = types.map((type) => {
    const { least, most } = estimateSize(header, type.name);
    return { type, most, tooLarge: explainTooLarge(least, header, sizes, 'it would take at least') };
  });
  const made = estimated.filter(({ tooLarge }) => tooLarge === undefined);
  return {
    made: made.map(({ type }) => type),
    leftOut: estimated.flatMap(({ type, tooLarge: why }) =>
      why === undefined
        ? []
        : [{ type: type.name, bytes: null, sentence: `${type.name} is left out: ${why}.` }],
    ),
    most: made.reduce((sum, { most }) => sum + most, 0),
  };
}

/** Why a file of that size is of no use: it must be smaller than the original, and not larger than all sizes. */
function explainTooLarge(
  bytes: number,
  { fileBytes }: GgufHeader,
  sizes: readonly number[] | undefined,
  verb: string,
): string | undefined {
  const what = `${verb} ${formatBytes(bytes)}`;
  if (bytes >= fileBytes) return `${what}, and the original has ${formatBytes(fileBytes)}`;
  return sizes !== undefined && bytes > Math.max(...sizes)
    ? `${what}, more than the largest of --sizes`
    : undefined;
}

/**
 * Makes the quantised files, in order, and leaves out those that are too large or the same as another.
 * Files of an earlier comparison that are still in the folder to keep are taken as they are.
 *
 * @throws PruneError OUTPUT when a file of that name is none of these; as `quantizeModel`
 */
export async function makeQuantised(
  header: GgufHeader,
  sha256: string,
  plan: QuantisePlan,
  work: WorkFolder,
  folder: string,
  request: CompareRequest,
): Promise<{ readonly files: readonly QuantisedFile[]; readonly leftOut: readonly LeftOutReport[] }> {
  const known = await openJournal<string>(folder, 'quantised', { llamaCpp: llamaVersion, model: sha256 });
  const found = await findKept(header, plan.made, known, request);
  const report = reportProgress(request, 'quantise');
  const files: QuantisedFile[] = [];
  const shapes = new Map<string, string>();
  const leftOut = [...plan.leftOut];
  report(0, plan.made.length);
  for (const [index, type] of plan.made.entries()) {
    const kept = found.get(type.name);
    const made = kept ?? path.join(work.path, nameQuantised(header, type));
    if (kept === undefined) await quantizeModel(header.path, made, type.number, request);
    const written = await readHeader(made);
    const sentence = explainLeavingOut(type.name, header, written, shapes, request.sizes);
    if (sentence !== undefined) {
      leftOut.push({ type: type.name, bytes: written.fileBytes, sentence });
      if (kept === undefined) await rm(made);
    } else {
      const hash = await hashFile(made, { signal: request.signal });
      known.add(type.name, hash);
      const target = request.keep === undefined ? made : path.join(request.keep, path.basename(made));
      if (target !== made) await rename(made, target);
      files.push({
        type,
        path: target,
        bytes: written.fileBytes,
        sha256: hash,
        isKept: request.keep !== undefined,
      });
    }
    report(index + 1, plan.made.length);
  }
  await known.flush();
  return { files, leftOut };
}

/** @param shapes the types of all tensors of the files so far, and the name of the file; a new one is added */
function explainLeavingOut(
  name: string,
  original: GgufHeader,
  written: GgufHeader,
  shapes: Map<string, string>,
  sizes: readonly number[] | undefined,
): string | undefined {
  const tooLarge = explainTooLarge(written.fileBytes, original, sizes, 'it comes out at');
  if (tooLarge !== undefined) return `${name} is left out: ${tooLarge}.`;
  const shape = written.tensors.map((tensor) => `${tensor.name}:${tensor.type}`).join();
  const same = shapes.get(shape);
  if (same !== undefined) {
    return `${name} is left out: it comes out as ${same} does, since every tensor gets the same type (${formatBytes(written.fileBytes)}).`;
  }
  shapes.set(shape, name);
  return undefined;
}

function nameQuantised({ path: source }: GgufHeader, { name }: QuantType): string {
  return `${path.parse(stripPartNumber(source)).name}.${name}.gguf`;
}

/** Files to keep that are there already, by type. */
async function findKept(
  header: GgufHeader,
  types: readonly QuantType[],
  known: Journal<string>,
  { keep, signal }: CompareRequest,
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  if (keep === undefined) return found;
  for (const type of types) {
    const file = path.join(keep, nameQuantised(header, type));
    if (!existsSync(file)) continue;
    const expected = known.get(type.name);
    if (expected === undefined || (await hashFile(file, { signal })) !== expected) {
      throw new PruneError(
        'OUTPUT',
        `${escapeUnsafe(file)} exists and is not what an earlier comparison of this model made. Remove it, or name another ` +
          `--keep folder.`,
      );
    }
    found.set(type.name, file);
  }
  return found;
}
