import type { EvalReport } from '../evaluation.js';
import { formatBytes, formatParameters } from '../format.js';
import type { PageContent } from './document.js';
import { makeSpeed, makeText, makeWritten } from './evaluated.js';
import { describeModels, describeTool, Repeat } from './repeat.js';
import { Verdict } from './runPage.js';
import { makeSections, type Section } from './section.js';
import { makeTasks } from './tasks.js';

/** The page of an evaluation. */
export async function makeEvalPage(report: EvalReport): Promise<PageContent> {
  const { model, original, text, limits } = report;
  return {
    title: original === null ? `${model.file}: evaluated` : `${model.file} against ${original.file}`,
    subtitle: `${model.name} · ${model.architecture} · ${model.quantisation} · ${formatParameters(model.parameters)} parameters · ${formatBytes(model.bytes)}`,
    lead: (
      <>
        {text?.verdict ? <Verdict {...text.verdict} /> : null}
        {limits.flatMap(({ sentence }) => (sentence === null ? [] : [<p class="verdict bad">{sentence}</p>]))}
      </>
    ),
    sections: [
      ...(await makeSections(report, [makeText, makeTasks, makeWritten, makeSpeed])),
      makeRepeatEval(report),
    ],
    reports: [report],
  };
}

function makeRepeatEval({ model, original, text, tool, invocation }: EvalReport): Section {
  const rows: readonly (readonly [string, string])[] = [
    ...describeModels([['model', model], ...(original === null ? [] : [['original', original] as const])]),
    ...(text === null ? [] : [['text', `${text.source}, sha256 ${text.sha256}`] as const]),
    ...describeTool(tool),
  ];
  return { id: 'repeat', title: 'To repeat this', body: <Repeat invocation={invocation} rows={rows} /> };
}
