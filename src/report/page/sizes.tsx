import { formatBytes } from '../format.js';
import type { RunReport } from '../run.js';
import { findFate } from './blocks.js';
import { Figure } from './Figure.js';
import { blockAxis, drawPlot, paintCategories } from './plot.js';
import type { Section } from './section.js';
import { Table } from './Table.js';

/** Where the bytes lie: by block and type of tensor. */
export async function makeSizes({ blocks, shared }: RunReport): Promise<Section> {
  const inBlocks = blocks.reduce((sum, { bytes }) => sum + bytes, 0);
  const outside = shared.reduce((sum, { bytes }) => sum + bytes, 0);
  const gone = blocks.filter(({ dropped }) => dropped).reduce((sum, { bytes }) => sum + bytes, 0);
  const attentions = blocks.filter(({ droppedAttention }) => droppedAttention).length;
  const sums = new Map<string, number>();
  for (const { bytesByType } of blocks)
    for (const [type, bytes] of Object.entries(bytesByType)) sums.set(type, (sums.get(type) ?? 0) + bytes);
  const types = [...sums.keys()].sort((a, b) => (sums.get(b) ?? 0) - (sums.get(a) ?? 0));
  const unit = Math.max(...blocks.map(({ bytes }) => bytes)) >= 1e9 ? 1e9 : 1e6;
  const rows = blocks.flatMap((block) =>
    Object.entries(block.bytesByType).map(([type, bytes]) => ({
      block: block.index,
      type,
      order: types.indexOf(type),
      size: bytes / unit,
      dropped: block.dropped,
    })),
  );
  const plot = await drawPlot(() => ({
    height: 200,
    data: { values: rows },
    mark: { type: 'bar' },
    encoding: {
      x: blockAxis,
      y: { field: 'size', type: 'quantitative', title: unit === 1e9 ? 'GB' : 'MB', axis: { tickCount: 4 } },
      order: { field: 'order' },
      color: {
        field: 'type',
        type: 'nominal',
        title: null,
        scale: paintCategories(types),
      },
      opacity: { condition: { test: 'datum.dropped', value: 0.25 }, value: 1 },
    },
  }));
  const total = inBlocks + outside;
  const caption =
    `${formatBytes(inBlocks)} of ${formatBytes(total)} of tensors lie in blocks, ${formatBytes(outside)} outside of them` +
    (gone === 0 ? '.' : `; pale: what is dropped, ${formatBytes(gone)}.`) +
    (attentions === 0 ? '' : ` Of ${attentions} more the attention goes, which is not marked.`);
  return {
    id: 'sizes',
    title: 'Where the bytes are',
    body: (
      <Figure plot={plot} caption={caption}>
        <Table
          label="Sizes by block and type"
          head={['', ...types, 'all', '']}
          rows={[
            ...blocks.map((block) => [
              `block ${block.index}`,
              ...types.map((type) => formatBytes(block.bytesByType[type] ?? 0)),
              formatBytes(block.bytes),
              findFate(block),
            ]),
            ...shared.map(({ name, type, bytes }) => [
              name,
              ...types.map((one) => (one === type ? formatBytes(bytes) : '')),
              formatBytes(bytes),
              types.includes(type) ? 'kept' : `kept, ${type}`,
            ]),
          ]}
        />
      </Figure>
    ),
  };
}
