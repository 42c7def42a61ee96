import type { VNode } from 'preact';
import type { EvalReport } from '../evaluation.js';
import { formatBytes, formatParameters } from '../format.js';
import type { RunReport } from '../run.js';
import { makeBlocks } from './blocks.js';
import { makeDamage } from './damage.js';
import type { PageContent } from './document.js';
import { makeSpeed, makeText, makeWritten } from './evaluated.js';
import { listKeyFigures, makeEvaluation, type KeyFigure } from './evaluation.js';
import { makeHealing } from './healing.js';
import { makeRepeat } from './repeat.js';
import { makeSamples } from './samples.js';
import { makeSections } from './section.js';
import { makeSimilarity } from './similarity.js';
import { makeSizes } from './sizes.js';
import { makeTasks } from './tasks.js';
import { formatDropped } from './words.js';

/**
 * The page of one run.
 * @param evaluations of the file that it wrote
 */
export async function makeRunPage(
  run: RunReport,
  evaluations: readonly EvalReport[] = [],
): Promise<PageContent> {
  const evaluated = [];
  for (const evaluation of evaluations)
    evaluated.push(...(await makeSections(evaluation, [makeText, makeTasks, makeWritten, makeSpeed])));
  const sections = [
    ...(await makeSections(run, [makeEvaluation])),
    ...evaluated,
    ...(await makeSections(run, [
      ...(evaluated.some(({ id }) => id === 'written') ? [] : [makeSamples]),
      makeBlocks,
      makeSimilarity,
      makeDamage,
      makeHealing,
      makeSizes,
      makeRepeat,
    ])),
  ];
  const what = run.output?.file ?? run.model.file;
  return {
    title: what,
    subtitle: describeSource(run),
    lead: <Lead run={run} />,
    sections,
    reports: [run, ...evaluations],
  };
}

function describeSource({ model, blocks, dropped, droppedAttention }: RunReport): string {
  const source = `${model.name} · ${model.architecture} · ${blocks.length} blocks · ${model.quantisation} · ${formatParameters(model.parameters)} parameters · ${formatBytes(model.bytes)}`;
  return dropped.length + droppedAttention.length === 0
    ? source
    : `${source} · without ${dropped.length > 0 ? 'blocks ' : ''}${formatDropped({ dropped, droppedAttention })}`;
}

/** How a verdict looks; its words say the same. */
const looks: Readonly<Record<string, string>> = {
  same: 'good',
  slight: 'good',
  noticeable: 'fair',
  severe: 'bad',
  broken: 'bad',
};

export function Verdict({ grade, sentence }: { readonly grade: string; readonly sentence: string }): VNode {
  return <p class={`verdict ${looks[grade] ?? ''}`}>{sentence}</p>;
}

function Lead({ run }: { readonly run: RunReport }): VNode {
  const { evaluation, limits } = run;
  return (
    <>
      {evaluation === null ? (
        <p class="verdict">{explainNoVerdict(run)}</p>
      ) : (
        <Verdict {...evaluation.verdict} />
      )}
      {limits.flatMap(({ sentence }) => (sentence === null ? [] : [<p class="verdict bad">{sentence}</p>]))}
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

export function Tiles({ figures }: { readonly figures: readonly KeyFigure[] }): VNode {
  return (
    <dl class="tiles">
      {figures.map(({ title, value, change }) => (
        <div>
          <dt>{title}</dt>
          <dd>{value}</dd>
          {change === undefined ? null : <dd class="change">{change}</dd>}
        </div>
      ))}
    </dl>
  );
}
