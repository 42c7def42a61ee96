import type { EvalReport } from '../evaluation.js';
import { formatBytes, formatChange, formatFigure, formatParameters, formatShare } from '../format.js';
import type { PageContent } from './document.js';
import { makeSpeed, makeText, makeWritten } from './evaluated.js';
import { EvalVerdicts, Tiles, type KeyFigure } from './lead.js';
import { makeRepeatEval } from './repeat.js';
import { makeSections } from './section.js';
import { makeTasks } from './tasks.js';
import { formatRateChange } from './words.js';

/** The page of an evaluation. */
export async function makeEvalPage(report: EvalReport): Promise<PageContent> {
  const { model, original } = report;
  return {
    title: original === null ? `${model.file}: evaluated` : `${model.file} against ${original.file}`,
    subtitle: `${model.name} · ${model.architecture} · ${model.quantisation} · ${formatParameters(model.parameters)} parameters · ${formatBytes(model.bytes)}`,
    lead: (
      <>
        <EvalVerdicts report={report} />
        <Tiles figures={listEvalFigures(report)} />
      </>
    ),
    sections: await makeSections(report, [makeText, makeTasks, makeWritten, makeSpeed, makeRepeatEval]),
  };
}

function listEvalFigures({ model, original, text, speed }: EvalReport): readonly KeyFigure[] {
  const changed = (change: string | undefined) => (change === undefined ? {} : { change });
  const batch = speed?.after.batches[0];
  const batchBefore = speed?.before?.batches[0];
  return [
    {
      title: 'file',
      value: formatBytes(model.bytes),
      ...changed(original === null ? undefined : formatChange(original.bytes, model.bytes)),
    },
    ...(text === null
      ? []
      : [
          {
            title: 'perplexity',
            value: formatFigure(text.after.perplexity),
            ...changed(
              text.before === null ? undefined : formatChange(text.before.perplexity, text.after.perplexity),
            ),
          },
        ]),
    ...(text?.divergence ? [{ title: 'same next token', value: formatShare(text.divergence.sameTop) }] : []),
    ...(batch === undefined
      ? []
      : [
          {
            title: 'generation, tokens/s',
            value: formatFigure(batch.generation.median),
            ...changed(batchBefore && formatRateChange(batchBefore.generation, batch.generation)),
          },
        ]),
  ];
}
