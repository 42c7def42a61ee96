/** Comparison of pruned files with plain quantisations of the same size. Knows the order of its stages. */
import path from 'node:path';
import { PruneError } from './errors.js';
import { summariseComparison, textDefaults } from './evaluate/index.js';
import { fileLabel, readHeader, type GgufHeader } from './gguf/index.js';
import { describeModel, findArchitecture } from './model/index.js';
import { formatBytes, type CompareReport, type LeftOutReport } from './report/index.js';
import { findCacheFolder } from './run/cacheFolder.js';
import {
  asMeasurable,
  countBytes,
  describeCandidates,
  type CandidateFile,
  type MeasuredFile,
} from './run/comparison/candidates.js';
import { planDrops, type ChosenDrops } from './run/comparison/drops.js';
import { measureFiles } from './run/comparison/losses.js';
import type { CompareRequest } from './run/comparison/options.js';
import {
  makeQuantised,
  planQuantised,
  type QuantisedFile,
  type QuantisePlan,
} from './run/comparison/quantise.js';
import { timeFiles, writeDropped, type Times } from './run/comparison/speed.js';
import { findTypes } from './run/comparison/types.js';
import { makeWorkFolder, type WorkFolder } from './run/comparison/workFolder.js';
import { checkContext, cutRequested, readText } from './run/evaluation/cutRequested.js';
import { describeLoss } from './run/evaluation/text.js';
import { describeBackend, describeFile, describeTool } from './run/report.js';
import { asResumable } from './run/resumable.js';
import { startRun, type Run } from './run/start.js';

/**
 * Compares pruned files with plain quantisations of the same model at the same size. Losses are kept as they come: the
 * same request goes on where an earlier one was stopped.
 * @throws PruneError
 */
export async function compareFile(request: CompareRequest): Promise<CompareReport> {
  const types = findTypes(request.types);
  const header = await readHeader(request.model);
  checkComparable(header);
  checkSizes(header, request.sizes);
  checkContext(header, request.text?.context);
  const plan = planQuantised(header, types, request.sizes);
  if (plan.made.length === 0) checkAnySize(header, request, [], plan.leftOut);
  const text = await readText(request.text?.file);
  const work = await makeWorkFolder(request.keep);
  try {
    await work.checkSpace(plan.most);
    return await asResumable(request, () => compareInFolder(header, plan, text, work, request));
  } finally {
    await work.remove();
  }
}

async function compareInFolder(
  header: GgufHeader,
  plan: QuantisePlan,
  text: Awaited<ReturnType<typeof readText>>,
  work: WorkFolder,
  request: CompareRequest,
): Promise<CompareReport> {
  const folder = path.join(request.cacheFolder ?? findCacheFolder(), 'compare');
  const run = await startRun(header, request, request.text?.context ?? textDefaults.context);
  try {
    const { model } = run;
    const backend = describeBackend(model, request.exact);
    const original = describeFile(model, run.hash);
    const blocks = model.description.blocks.length;
    request.onEvent?.({ kind: 'comparing', original, backend, blocks });
    const tokens = await model.tokenize(text.text, request);
    const { context, windows, windowsOfText } = cutRequested(model, tokens, text.label, request.text ?? {});

    const { files: quantised, leftOut } = await makeQuantised(
      header,
      run.hash.sha256,
      plan,
      work,
      folder,
      request,
    );
    checkAnySize(header, request, quantised, leftOut);
    const sizes = listSizes(request.sizes ?? quantised.map(({ bytes }) => bytes));
    const { drops, metric, search } = await planDrops(run, sizes, request.metric, request);
    const files = listFiles(quantised, drops);
    checkAnyFile(header, sizes, files);
    const conditions = { sha256: text.sha256, context, folder, fresh: request.fresh };
    const compared = await measureFiles(run, windows, files.map(asMeasurable), conditions);
    await model.close();
    const times = request.speed === false ? undefined : await takeTimes(run, files, work);

    const measured = files.map((file, i): MeasuredFile => ({
      file,
      windows: compared[i] ?? [],
      speed: times?.measures[i + 1],
    }));
    const { before } = summariseComparison(compared[0] ?? []);
    const whole = times?.measures[0];
    return {
      schema: 'prune-gguf/compare@1',
      invocation: request.invocation ?? null,
      tool: describeTool(),
      backend,
      original,
      text: {
        source: text.label,
        sha256: text.sha256,
        context,
        windows: windows.length,
        windowsOfText,
        tokens: before.tokens,
      },
      metric,
      search,
      speed: times?.report ?? null,
      baseline: {
        bytes: header.fileBytes,
        loss: describeLoss(before),
        prompt: whole?.prompt ?? null,
        generation: whole?.generation ?? null,
      },
      ...describeCandidates(measured, sizes, { blocks, vocabulary: model.facts.vocabulary }),
      leftOut,
    };
  } finally {
    await run.model.close();
  }
}

/** @throws PruneError USAGE for models whose losses tell nothing */
function checkComparable(header: GgufHeader): void {
  const { architecture } = describeModel(header);
  if (findArchitecture(architecture, fileLabel(header.path)).causal) return;
  throw new PruneError(
    'USAGE',
    `Tokens of ${architecture} models see those after them, so that losses are no perplexity, and there is nothing to ` +
      `compare ${fileLabel(header.path)} by.`,
  );
}

/** @throws PruneError USAGE for a size that the model has already */
function checkSizes(header: GgufHeader, sizes: readonly number[] | undefined): void {
  if (sizes?.length === 0)
    throw new PruneError('USAGE', '--sizes names no size. Write some such as 90M,80M.');
  const large = sizes?.find((size) => size >= header.fileBytes);
  if (large === undefined) return;
  throw new PruneError(
    'USAGE',
    `--sizes has ${formatBytes(large)}, but ${fileLabel(header.path)} has ${formatBytes(header.fileBytes)} as it is. ` +
      `Name smaller sizes.`,
  );
}

/** @throws PruneError USAGE when neither a size was named nor a quantisation gives one */
function checkAnySize(
  header: GgufHeader,
  { sizes }: CompareRequest,
  quantised: readonly QuantisedFile[],
  leftOut: readonly LeftOutReport[] = [],
): void {
  if (sizes !== undefined || quantised.length > 0) return;
  const tried = leftOut.map(({ sentence }) => sentence);
  throw new PruneError(
    'USAGE',
    [
      `No plain quantisation of --types is smaller than ${fileLabel(header.path)} (${formatBytes(header.fileBytes)}). ` +
        `Name smaller --types, or --sizes for pruned files alone.`,
      ...tried,
    ].join(' '),
  );
}

/** @throws PruneError USAGE when nothing can be as small as was asked for */
function checkAnyFile(header: GgufHeader, sizes: readonly number[], files: readonly CandidateFile[]): void {
  if (files.length > 0) return;
  throw new PruneError(
    'USAGE',
    `Neither a plain quantisation of --types nor a drop of blocks makes ${fileLabel(header.path)} as small as ` +
      `${formatBytes(sizes[0] ?? 0)}. Name larger --sizes.`,
  );
}

/** The largest first, each once. */
function listSizes(sizes: readonly number[]): readonly number[] {
  return [...new Set(sizes)].sort((a, b) => b - a);
}

/** The largest first; a drop that suits several sizes comes once. */
function listFiles(
  quantised: readonly QuantisedFile[],
  drops: ChosenDrops['drops'],
): readonly CandidateFile[] {
  const pruned = [...new Set(drops)].flatMap((drop): CandidateFile[] =>
    drop === undefined ? [] : [{ kind: 'pruned', drop }],
  );
  const made = quantised.map((one): CandidateFile => ({ kind: 'quantised', quantised: one }));
  return [...made, ...pruned].sort((a, b) => countBytes(b) - countBytes(a));
}

/** Writes what is only planned and times all files, the original first. */
async function takeTimes(
  { model, options }: Run,
  files: readonly CandidateFile[],
  work: WorkFolder,
): Promise<Times> {
  const { path: source, fileBytes } = model.header;
  const written = files.reduce((sum, file) => sum + (file.kind === 'pruned' ? file.drop.bytes : 0), 0);
  await work.checkSpace(written);
  const timed = [{ path: source, bytes: fileBytes }];
  for (const file of files) {
    timed.push(
      file.kind === 'pruned' ? await writeDropped(file.drop.plan, work.path, options) : file.quantised,
    );
  }
  return timeFiles(timed, model.backend, options);
}
