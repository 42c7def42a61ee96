import { formatBytes } from '../format.js';
import type { BlockReport, RunReport } from '../run.js';
import { Figure } from './Figure.js';
import { drawPlot } from './plot.js';
import type { Section } from './section.js';
import { Table } from './Table.js';

/** From this ratio of the highest to the lowest score on, the axis is logarithmic. */
const wideRange = 20;

export const fates = ['kept', 'attention dropped', 'dropped'] as const;
const fateShapes = ['circle', 'square', 'diamond'] as const;
export const fateColours = ['var(--keep)', 'var(--part)', 'var(--drop)'] as const;

export function findFate({ dropped, droppedAttention }: BlockReport): (typeof fates)[number] {
  if (dropped) return 'dropped';
  return droppedAttention ? 'attention dropped' : 'kept';
}

/** How much each block matters, by its place in the model. */
export async function makeBlocks({ blocks, scored }: RunReport): Promise<Section | undefined> {
  const isOwn = scored !== null;
  const column = scored?.column ?? 'influence';
  const rows = blocks.flatMap((block) => {
    const score = isOwn ? block.score : block.blockInfluence;
    const error = isOwn ? block.scoreError : block.blockInfluenceError;
    return score === null ? [] : [{ block: block.index, score, error, fate: findFate(block) }];
  });
  if (rows.length === 0) return undefined;
  const scores = rows.map(({ score }) => score);
  const [lowest, highest] = [Math.min(...scores), Math.max(...scores)];
  const isLog = lowest > 0 && highest / lowest >= wideRange;
  const floor = isLog ? lowest / 1.5 : Math.min(0, lowest);
  const present = fates.filter((fate) => rows.some((row) => row.fate === fate));
  const plot = await drawPlot((isNarrow) => ({
    height: 260,
    data: { values: rows.map((row) => ({ ...row, floor })) },
    encoding: {
      x: {
        field: 'block',
        type: 'ordinal',
        title: 'block',
        axis: { labelAngle: 0, labelOverlap: 'greedy' },
      },
      color: {
        field: 'fate',
        type: 'nominal',
        title: null,
        scale: { domain: [...present], range: present.map((fate) => fateColours[fates.indexOf(fate)] ?? '') },
      },
    },
    layer: [
      {
        mark: { type: 'rule', strokeWidth: isNarrow || blocks.length > 60 ? 2 : 4, opacity: 0.45 },
        encoding: { y: { field: 'floor', type: 'quantitative' }, y2: { field: 'score' } },
      },
      {
        mark: { type: 'point', filled: true, size: isNarrow || blocks.length > 60 ? 30 : 70, opacity: 1 },
        encoding: {
          shape: {
            field: 'fate',
            type: 'nominal',
            title: null,
            scale: {
              domain: [...present],
              range: present.map((fate) => fateShapes[fates.indexOf(fate)] ?? ''),
            },
          },
          y: {
            field: 'score',
            type: 'quantitative',
            title: column,
            scale: {
              type: isLog ? 'log' : 'linear',
              domain: [floor, highest * (isLog ? 1.3 : 1.05)],
              nice: false,
            },
            axis: { tickCount: 5, format: '~g' },
          },
        },
      },
    ],
  }));
  const dropped = rows.filter(({ fate }) => fate === 'dropped');
  const most = rows.find(({ score }) => score === highest);
  const caption =
    `${titleCase(column)} of each of the ${blocks.length} blocks, the first on the left${isLog ? ', on a logarithmic scale' : ''}. ` +
    `Block ${most?.block ?? 0} has the highest, ${formatScore(highest)}` +
    describeDropped(dropped.map(({ score }) => score));
  return {
    id: 'blocks',
    title: 'How much each block matters',
    body: (
      <Figure plot={plot} caption={caption}>
        <Table
          label="Scores of all blocks"
          head={['block', column, 'standard error', 'size', 'what becomes of it']}
          rows={rows.map(({ block, score, error, fate }) => [
            block,
            formatScore(score),
            error === null ? '–' : formatScore(error),
            formatBytes(blocks[block]?.bytes ?? NaN),
            fate,
          ])}
        />
      </Figure>
    ),
  };
}

function describeDropped(scores: readonly number[]): string {
  const [first] = scores;
  if (first === undefined) return '.';
  if (scores.length === 1) return `; the dropped one has ${formatScore(first)}.`;
  return `; those dropped have ${formatScore(Math.min(...scores))} to ${formatScore(Math.max(...scores))}.`;
}

const titleCase = (text: string) => text.slice(0, 1).toUpperCase() + text.slice(1);

function formatScore(value: number): string {
  return value === 0 ? '0' : String(Number(value.toPrecision(3)));
}
