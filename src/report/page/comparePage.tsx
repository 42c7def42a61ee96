import type { CompareReport } from '../comparison.js';
import { formatBytes, formatChange, formatFigure, formatParameters } from '../format.js';
import { layCosts, spreadCost } from './costs.js';
import type { PageContent } from './document.js';
import { Figure } from './Figure.js';
import { drawPlot } from './plot.js';
import { makeRepeatCompare } from './repeat.js';
import type { Section } from './section.js';
import { Table } from './Table.js';
import { formatError, formatNats } from './words.js';

/** The page that tells whether to prune or to quantise lower. */
export async function makeComparePage(report: CompareReport): Promise<PageContent> {
  const { original, sizes, leftOut } = report;
  return {
    title: `${original.file}: prune or quantise lower?`,
    subtitle: `${original.name} · ${original.architecture} · ${original.quantisation} · ${formatParameters(original.parameters)} parameters · ${formatBytes(original.bytes)}`,
    lead: (
      <ul>
        {sizes.map(({ sentence }) => (
          <li>{sentence}</li>
        ))}
        {leftOut.map(({ sentence }) => (
          <li class="note">{sentence}</li>
        ))}
      </ul>
    ),
    sections: [await makeCandidates(report), makeRepeatCompare(report)],
  };
}

async function makeCandidates({ candidates, baseline, text }: CompareReport): Promise<Section> {
  const kinds = { pruned: 'pruned', quantised: 'quantised lower' } as const;
  const rows = candidates.map(({ name, kind, bytes, divergence }) => ({
    name,
    kind: kinds[kind],
    ...spreadCost(bytes, divergence),
  }));
  const { x, layer } = layCosts({ field: 'kind', type: 'nominal', title: null } as const, 80);
  const plot = await drawPlot((isNarrow) => ({
    height: 320,
    data: { values: rows },
    encoding: {
      x,
      color: {
        field: 'kind',
        type: 'nominal',
        title: null,
        scale: { domain: Object.values(kinds), range: ['var(--drop)', 'var(--keep)'] },
      },
    },
    layer: [
      ...layer,
      ...(isNarrow
        ? []
        : [
            {
              mark: { type: 'text', align: 'left', dx: 8, fontSize: 11 },
              encoding: { y: { field: 'kl', type: 'quantitative' }, text: { field: 'name' } },
            } as const,
          ]),
    ],
  }));
  return {
    id: 'candidates',
    title: 'Distance from the original at each size',
    body: (
      <Figure
        plot={plot}
        caption={`Divergence from the original over ${text.tokens.toLocaleString('en')} tokens of ${text.source}, with its standard error, against the size of the file: lower and further left is better.`}
      >
        <Table
          label="All candidates"
          head={['', 'file', 'perplexity', 'KL', 'same token', 'reading', 'writing']}
          rows={[
            [
              'as it is',
              formatBytes(baseline.bytes),
              formatFigure(baseline.loss.perplexity),
              '–',
              '–',
              '–',
              '–',
            ],
            ...candidates.map(({ name, bytes, loss, divergence, prompt, generation }) => [
              name,
              formatBytes(bytes),
              formatFigure(loss.perplexity),
              `${formatNats(divergence.mean)} ${formatError(divergence.error)}`,
              `${(100 * divergence.sameTop).toFixed(0)} %`,
              formatChange(baseline.prompt?.median ?? NaN, prompt?.median ?? NaN),
              formatChange(baseline.generation?.median ?? NaN, generation?.median ?? NaN),
            ]),
          ]}
        />
      </Figure>
    ),
  };
}
