import type { VNode } from 'preact';
import { formatCounted } from '../../gguf/index.js';
import { formatBytes, formatChange, formatFigure, formatShare } from '../format.js';
import type { EvaluationReport, RunReport } from '../run.js';
import type { KeyFigure } from './lead.js';
import type { Section } from './section.js';
import { Table } from './Table.js';
import { formatError, formatNats, formatRateChange } from './words.js';

/** What the drop cost and what it bought. */
export function makeEvaluation({ evaluation }: RunReport): Section | undefined {
  if (evaluation === null) return undefined;
  return { id: 'evaluation', title: 'Before and after', body: <Evaluation evaluation={evaluation} /> };
}

function Evaluation({ evaluation }: { readonly evaluation: EvaluationReport }): VNode {
  const { before, after, divergence, heldOutTokens, promptTokens, generatedTokens } = evaluation;
  const rates = (rate: typeof before.prompt) =>
    withSpread(formatFigure(rate.median), `${formatFigure(rate.lowest)} to ${formatFigure(rate.highest)}`);
  const perplexity = (measured: typeof before) =>
    withSpread(formatFigure(measured.perplexity), formatError(measured.perplexity * measured.lossError));
  return (
    <>
      <Table
        label="Figures before and after"
        head={['', 'before', 'after', 'change']}
        rows={[
          [
            'file',
            formatBytes(before.bytes),
            formatBytes(after.bytes),
            formatChange(before.bytes, after.bytes),
          ],
          [
            'perplexity',
            perplexity(before),
            perplexity(after),
            formatChange(before.perplexity, after.perplexity),
          ],
          [
            'KL divergence, mean',
            '–',
            withSpread(formatNats(divergence.mean), formatError(divergence.error)),
            '',
          ],
          ['KL divergence, 99 % of tokens below', '–', formatNats(divergence.percentile99), ''],
          [
            'same next token',
            '–',
            withSpread(formatShare(divergence.sameTop, 1), `± ${formatShare(divergence.sameTopError, 1)}`),
            '',
          ],
          [
            'prompt, tokens/s',
            rates(before.prompt),
            rates(after.prompt),
            formatRateChange(before.prompt, after.prompt),
          ],
          [
            'generation, tokens/s',
            rates(before.generation),
            rates(after.generation),
            formatRateChange(before.generation, after.generation),
          ],
        ]}
      />
      <p class="note">
        Perplexity and divergence over {heldOutTokens.toLocaleString('en')} tokens that the blocks were not
        chosen on, ± standard error. Speed with a prompt of {promptTokens} tokens and {generatedTokens}{' '}
        written, median and lowest to highest
        {evaluation.interleaved ? ', both models in turns' : ', one model after the other for want of memory'}
        .
      </p>
    </>
  );
}

/** A value, and how far it can be trusted. */
export function withSpread(value: string, spread: string): VNode {
  return (
    <>
      {value} <small>{spread}</small>
    </>
  );
}

/** What a reader wants to know first, as tiles. */
export function listKeyFigures({
  evaluation,
  output,
  model,
  blocks,
  dropped,
  droppedAttention,
}: RunReport): readonly KeyFigure[] {
  const kept = blocks.length - dropped.length;
  const maps = (output?.blocks ?? kept) - kept;
  const remarks = [
    ...(droppedAttention.length === 0 ? [] : [`${droppedAttention.length} without attention`]),
    ...(maps === 0 ? [] : [`and ${formatCounted(maps, 'map')} in gaps`]),
  ];
  const figures: KeyFigure[] = [
    {
      title: 'blocks',
      value: `${kept} of ${blocks.length}`,
      ...(remarks.length === 0 ? {} : { change: remarks.join(', ') }),
    },
  ];
  if (output !== null) {
    figures.push({
      title: 'file',
      value: formatBytes(output.bytes),
      change: formatChange(model.bytes, output.bytes),
    });
  }
  if (evaluation === null) return figures;
  const { before, after, divergence } = evaluation;
  return [
    ...figures,
    {
      title: 'perplexity',
      value: formatFigure(after.perplexity),
      change: formatChange(before.perplexity, after.perplexity),
    },
    { title: 'same next token', value: formatShare(divergence.sameTop) },
    {
      title: 'prompt, tokens/s',
      value: formatFigure(after.prompt.median),
      change: formatRateChange(before.prompt, after.prompt),
    },
    {
      title: 'generation, tokens/s',
      value: formatFigure(after.generation.median),
      change: formatRateChange(before.generation, after.generation),
    },
  ];
}
