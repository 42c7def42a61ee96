import { fileLabel, type Entry } from '../gguf/index.js';
import type { CompanionReport } from '../report/index.js';
import {
  planCompanion,
  readCompanion,
  type Companion,
  type CompanionKind,
  type CompanionModel,
  type DropPlan,
  type PlannedWrite,
} from '../rewrite/index.js';
import { hashSource } from './hashSource.js';
import type { CompanionOptions } from './options.js';

/** A companion that goes with the model, and the file to write. */
export interface CompanionWrite {
  readonly companion: Companion;
  readonly target: string;
}

/** A companion of which all is known before it is written. */
export interface PlannedCompanion extends CompanionWrite, PlannedWrite {}

/**
 * Reads the companions that were asked for and checks that they go with the model.
 *
 * @param nameTarget what a pruned companion is called
 * @throws PruneError COMPANION; what the GGUF reader throws
 */
export async function readCompanions(
  options: CompanionOptions,
  model: CompanionModel,
  nameTarget: (source: string) => string,
): Promise<readonly CompanionWrite[]> {
  const asked: readonly (readonly [CompanionKind, readonly string[] | undefined])[] = [
    ['imatrix', options.imatrix],
    ['lora', options.lora],
    ['control-vector', options.controlVector],
  ];
  const writes: CompanionWrite[] = [];
  for (const [kind, files = []] of asked) {
    for (const file of files) {
      writes.push({ companion: await readCompanion(kind, file, model), target: nameTarget(file) });
    }
  }
  return writes;
}

/**
 * Plans the companions for what is kept of the model.
 *
 * @param describe what to write into a companion on its making, by its path and its hash
 * @throws PruneError DROP_REFUSED, CANCELLED
 */
export async function planCompanions(
  writes: readonly CompanionWrite[],
  model: DropPlan,
  describe: (source: string, hash: string) => readonly Entry[],
  signal?: AbortSignal,
): Promise<readonly PlannedCompanion[]> {
  const planned: PlannedCompanion[] = [];
  for (const { companion, target } of writes) {
    const { sha256 } = await hashSource(companion.header, { signal });
    const plan = planCompanion(companion, model, describe(companion.header.path, sha256));
    planned.push({ companion, target, plan });
  }
  return planned;
}

/** A written companion, for the report. */
export function describeCompanion({ companion, target, plan }: PlannedCompanion): CompanionReport {
  return {
    kind: companion.kind,
    source: fileLabel(companion.header.path),
    file: target,
    bytes: plan.fileBytes,
  };
}
