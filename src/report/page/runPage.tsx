import path from 'node:path';
import type { VNode } from 'preact';
import type { EvalReport } from '../evaluation.js';
import { formatBytes, formatParameters } from '../format.js';
import type { RunReport } from '../run.js';
import { makeBlocks } from './blocks.js';
import { makeDamage } from './damage.js';
import type { PageContent } from './document.js';
import { makeSpeed, makeText, makeWritten } from './evaluated.js';
import { listKeyFigures, makeEvaluation } from './evaluation.js';
import { makeHealing } from './healing.js';
import { EvalVerdicts, Limits, Tiles, Verdict } from './lead.js';
import { makeRepeat, makeRepeatEval } from './repeat.js';
import { makeSamples } from './samples.js';
import { makeSections } from './section.js';
import { makeSimilarity } from './similarity.js';
import { makeSizes } from './sizes.js';
import { makeTasks } from './tasks.js';
import { makeTraining } from './training.js';
import { formatDropped } from './words.js';

/**
 * The page of one run.
 * @param evaluation of the file that it wrote
 */
export async function makeRunPage(run: RunReport, evaluation: EvalReport | undefined): Promise<PageContent> {
  const makeFor = async (...makers: Parameters<typeof makeSections<EvalReport>>[1]) =>
    evaluation === undefined ? [] : makeSections(evaluation, makers);
  const isWritten = evaluation?.generation != null;
  return {
    title: path.basename(run.output?.file ?? run.model.file),
    subtitle: describeSource(run),
    lead: <Lead run={run} evaluation={evaluation} />,
    sections: [
      ...(await makeSections(run, [makeEvaluation])),
      ...(await makeFor(makeText, makeTasks, makeWritten, makeSpeed)),
      ...(await makeSections(run, [
        ...(isWritten ? [] : [makeSamples]),
        makeBlocks,
        makeSimilarity,
        makeDamage,
        makeHealing,
        makeTraining,
        makeSizes,
        makeRepeat,
      ])),
      ...(await makeFor(makeRepeatEval)),
    ],
  };
}

function describeSource({ model, blocks, dropped, droppedAttention }: RunReport): string {
  const source = `${model.name} · ${model.architecture} · ${blocks.length} blocks · ${model.quantisation} · ${formatParameters(model.parameters)} parameters · ${formatBytes(model.bytes)}`;
  return dropped.length + droppedAttention.length === 0
    ? source
    : `${source} · without ${dropped.length > 0 ? 'blocks ' : ''}${formatDropped({ dropped, droppedAttention })}`;
}

function Lead({
  run,
  evaluation,
}: {
  readonly run: RunReport;
  readonly evaluation: EvalReport | undefined;
}): VNode {
  return (
    <>
      {run.evaluation === null ? (
        <p class="verdict">{explainNoVerdict(run)}</p>
      ) : (
        <Verdict {...run.evaluation.verdict} on={evaluation === undefined ? undefined : 'On held-out text'} />
      )}
      <Limits limits={run.limits} />
      {evaluation === undefined ? null : <EvalVerdicts report={evaluation} />}
      <Tiles figures={listKeyFigures(run)} />
    </>
  );
}

function explainNoVerdict({ command, output, dropped, droppedAttention }: RunReport): string {
  if (command === 'score') return 'The blocks were scored; nothing was dropped.';
  if (output === null) return 'Chosen, and not written (--dry-run).';
  return dropped.length + droppedAttention.length === 0
    ? 'Nothing was dropped: the file is a copy.'
    : 'What the drop cost was not measured: the tokens of this model see those after them.';
}
