import { formatCounted } from '../../gguf/index.js';
import {
  judgePerplexity,
  summariseComparison,
  type SpeedMeasure,
  type WindowComparison,
} from '../../evaluate/index.js';
import type { CandidateReport, SizeReport } from '../../report/index.js';
import { describeLoss } from '../evaluation/text.js';
import type { PlannedDrop } from './drops.js';
import { findDominating } from './front.js';
import { judgeSize, type Contender } from './judge.js';
import type { Measurable } from './losses.js';
import type { QuantisedFile } from './quantise.js';
import { describeChoice } from './sentence.js';

/** A file that could be taken instead of the original. */
export type CandidateFile =
  | { readonly kind: 'quantised'; readonly quantised: QuantisedFile }
  | { readonly kind: 'pruned'; readonly drop: PlannedDrop };

/** A file with its figures. */
export interface MeasuredFile {
  readonly file: CandidateFile;
  readonly windows: readonly WindowComparison[];
  /** Undefined when no times were taken. */
  readonly speed: SpeedMeasure | undefined;
}

/** What the losses of a file are kept under: of a written one its hash, of a drop its blocks. */
export function asMeasurable(file: CandidateFile): Measurable {
  if (file.kind === 'pruned') {
    const { dropped } = file.drop;
    return { key: `drop ${dropped.join()}`, dropped };
  }
  const { path, bytes, sha256 } = file.quantised;
  return { key: `file ${sha256}`, file: path, bytes };
}

/** Bytes of a file. */
export function countBytes(file: CandidateFile): number {
  return file.kind === 'pruned' ? file.drop.bytes : file.quantised.bytes;
}

/** What is said of each file, in their order, and of each size. */
export function describeCandidates(
  measured: readonly MeasuredFile[],
  sizes: readonly number[],
  { blocks, vocabulary }: { readonly blocks: number; readonly vocabulary: number },
): { readonly candidates: readonly CandidateReport[]; readonly sizes: readonly SizeReport[] } {
  const contenders = measured.map((one) => describeContender(one, blocks, vocabulary));
  const dominating = findDominating(contenders);
  return {
    candidates: contenders.map(({ report }, i) => ({ ...report, dominatedBy: dominating[i] ?? null })),
    sizes: sizes.map((size) => describeSize(size, contenders)),
  };
}

function describeContender({ file, windows, speed }: MeasuredFile, blocks: number, vocabulary: number) {
  const { before, after, divergence } = summariseComparison(windows);
  const bytes = countBytes(file);
  const { grade } = judgePerplexity(before.perplexity, after.perplexity, vocabulary);
  const name =
    file.kind === 'quantised'
      ? file.quantised.type.name
      : `${blocks - file.drop.dropped.length} of ${formatCounted(blocks, 'block')}`;
  const report: Omit<CandidateReport, 'dominatedBy'> = {
    name,
    kind: file.kind,
    dropped: file.kind === 'pruned' ? file.drop.dropped : [],
    bytes,
    sha256: file.kind === 'quantised' ? file.quantised.sha256 : null,
    file: file.kind === 'quantised' && file.quantised.isKept ? file.quantised.path : null,
    loss: describeLoss(after),
    divergence,
    grade,
    prompt: speed?.prompt ?? null,
    generation: speed?.generation ?? null,
  };
  const contender: Contender = {
    name,
    kind: file.kind,
    bytes,
    divergence: divergence.mean,
    divergences: windows.map((window) => window.divergences),
    perplexityRatio: after.perplexity / before.perplexity,
    grade,
    prompt: speed?.prompt,
    generation: speed?.generation,
  };
  return { ...contender, report };
}

function describeSize(size: number, contenders: readonly Contender[]): SizeReport {
  const judgement = judgeSize(size, contenders);
  return {
    bytes: size,
    pruned: judgement.pruned?.name ?? null,
    quantised: judgement.quantised?.name ?? null,
    take: judgement.taken?.name ?? null,
    reason: judgement.reason,
    gap: judgement.gap ?? null,
    sentence: describeChoice(size, judgement),
  };
}
