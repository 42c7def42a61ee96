import { fileLabel, ggmlTypeName, type TensorInfo } from '../gguf/index.js';
import { findBlockTraits, type Drop } from '../model/index.js';
import type { Model } from '../native/index.js';
import type {
  BackendReport,
  BlockReport,
  CurveStepReport,
  DropFiguresReport,
  EvaluationReport,
  HealingReport,
  LimitReport,
  MarginReport,
  ModelReport,
  OutputReport,
  RunReport,
  ScoredReport,
  SearchReport,
  ToolReport,
} from '../report/index.js';
import {
  countLongest,
  countTokens,
  findMetric,
  hashWindows,
  type Measured,
  type Metric,
  type MetricName,
} from '../score/index.js';
import { measureMargin, type DropFigures } from '../select/index.js';
import { llamaVersion, toolVersion } from '../version.js';
import type { SourceHash } from './hashSource.js';
import type { Run } from './start.js';

/** What came out of the stages that were run. */
export interface Outcome {
  /** What blocks were scored by, with what was measured for it; undefined where they were not. */
  readonly scored?: { readonly metric: MetricName; readonly measured: Measured } | undefined;
  /** What they were chosen by. */
  readonly metric: MetricName | null;
  readonly recordedMethod?: string | undefined;
  readonly dropped: readonly number[];
  readonly droppedAttention: readonly number[];
  readonly search?: SearchReport | undefined;
  readonly curve?: readonly CurveStepReport[] | undefined;
  readonly healing?: HealingReport | undefined;
  readonly output?: OutputReport | undefined;
  readonly evaluation?: EvaluationReport | undefined;
  readonly limits?: readonly LimitReport[];
}

export function describeTool(): ToolReport {
  return {
    version: toolVersion,
    llamaCpp: llamaVersion,
    node: process.version,
    platform: `${process.platform}-${process.arch}`,
  };
}

export function describeBackend({ backend, facts, threads }: Model, exact = false): BackendReport {
  return { gpu: backend, device: facts.device, threads, exact };
}

export function describeFile({ header, description }: Model, hash: SourceHash): ModelReport {
  return {
    file: fileLabel(header.path),
    sha256: hash.sha256,
    bytes: header.fileBytes,
    parts: header.parts.map(({ path, fileBytes }, index) => ({
      file: fileLabel(path),
      bytes: fileBytes,
      sha256: hash.parts[index] ?? '',
    })),
    architecture: description.architecture,
    name: description.name,
    quantisation: description.quantisation,
    parameters: description.parameters,
  };
}

/** Puts everything that is known of a run together. */
export function buildReport(run: Run, command: RunReport['command'], outcome: Outcome): RunReport {
  const { label, scoring, heldOut, most } = run.windows;
  return {
    schema: 'prune-gguf/run@1',
    command,
    invocation: run.options.invocation ?? null,
    tool: describeTool(),
    backend: describeBackend(run.model, run.options.exact),
    model: describeFile(run.model, run.hash),
    calibration: {
      source: label,
      sha256: hashWindows(scoring),
      windows: scoring.length,
      mostWindows: most ?? null,
      tokens: countTokens(scoring),
      windowTokens: countLongest(scoring),
      heldOutWindows: heldOut.length,
    },
    metric: outcome.metric,
    recordedMethod: outcome.recordedMethod ?? null,
    scored: describeScored(outcome),
    blocks: describeBlocks(run, outcome),
    shared: run.model.description.shared.map(({ name, type, bytes }) => ({
      name,
      type: ggmlTypeName(type),
      bytes,
    })),
    similarity: describeSimilarity(outcome),
    dropped: outcome.dropped,
    droppedAttention: outcome.droppedAttention,
    search: outcome.search ?? null,
    curve: outcome.curve ?? [],
    healing: outcome.healing ?? null,
    margin: describeMargin(run, outcome),
    output: outcome.output ?? null,
    evaluation: outcome.evaluation ?? null,
    limits: outcome.limits ?? [],
  };
}

/** A metric that needs nothing scores places, not blocks. */
function describeScored({ scored }: Outcome): ScoredReport | null {
  if (scored === undefined) return null;
  const { column, needs } = findMetric(scored.metric);
  return needs === undefined ? null : { metric: scored.metric, column };
}

function describeBlocks({ model }: Run, outcome: Outcome): readonly BlockReport[] {
  const { scored, dropped, droppedAttention } = outcome;
  const scores = scored?.measured.pass;
  const own =
    scored && describeScored(outcome) && scoreBlocks(findMetric(scored.metric), model, scored.measured);
  const isDropped = new Set(dropped);
  const isWithout = new Set(droppedAttention);
  const { header, description } = model;
  const traits = findBlockTraits(header, description);
  return description.blocks.map(({ index, bytes, parameters, tensors }) => {
    return {
      index,
      score: asFinite(own?.scores[index]),
      scoreError: asFinite(own?.errors?.[index]),
      blockInfluence: scores?.blockInfluence[index] ?? null,
      relativeMagnitude: scores?.relativeMagnitude[index] ?? null,
      angularDistance: scores?.angularDistance[index]?.[index + 1] ?? null,
      blockInfluenceError: asFinite(scores?.standardErrors.blockInfluence[index]),
      bytes,
      bytesByType: sumByType(tensors),
      parameters,
      kind: traits[index]?.mixing ?? 'none',
      dropped: isDropped.has(index),
      droppedAttention: isWithout.has(index),
    };
  });
}

function sumByType(tensors: readonly TensorInfo[]): Readonly<Record<string, number>> {
  const sums: Record<string, number> = {};
  for (const { type, bytes } of tensors) {
    const name = ggmlTypeName(type);
    sums[name] = (sums[name] ?? 0) + bytes;
  }
  return sums;
}

/** More digits than a window more or less would change. */
const roundCosine = (value: number) => Number(value.toFixed(5));

function describeSimilarity({ scored }: Outcome): RunReport['similarity'] {
  const similarity = scored?.measured.pass?.similarity ?? null;
  if (!similarity?.every((row) => row.every(Number.isFinite))) return null;
  return similarity.map((row) => row.map(roundCosine));
}

function scoreBlocks({ rank, errors }: Metric, { description }: Model, measured: Measured) {
  return { ...rank(description.trunk, measured), errors: errors?.(measured) };
}

/** A drop on the way: JSON knows finite numbers alone. */
export function describeStep({
  dropped,
  droppedAttention,
  damage,
  figures,
}: Drop & { readonly damage: number | null; readonly figures?: DropFigures }): CurveStepReport {
  return {
    dropped,
    droppedAttention,
    damage: asFinite(damage),
    figures: figures === undefined ? null : describeFigures(figures),
  };
}

function describeFigures({ bytes, speedup, perplexityIncrease, kl }: DropFigures): DropFiguresReport {
  return {
    bytes,
    speedup: asFinite(speedup),
    perplexityIncrease: asFinite(perplexityIncrease),
    kl: asFinite(kl),
  };
}

function asFinite(value: number | null | undefined): number | null {
  return value != null && Number.isFinite(value) ? value : null;
}

function describeMargin({ model }: Run, { scored, metric, dropped }: Outcome): MarginReport | null {
  if (scored === undefined || metric === null) return null;
  const { scores, errors: spread } = scoreBlocks(findMetric(metric), model, scored.measured);
  if (spread === undefined) return null;
  const margin = measureMargin(scores, spread, dropped);
  if (margin === undefined || !Number.isFinite(margin.gap)) return null;
  return { gap: margin.gap, standardErrors: asFinite(margin.standardErrors) };
}
