import { formatBytes } from '../format.js';
import type { BlockReport, RunReport } from '../run.js';
import { Figure } from './Figure.js';
import { blockAxis, drawPlot } from './plot.js';
import type { Section } from './section.js';
import { Table } from './Table.js';

/** From this ratio of the highest to the lowest score on, the axis is logarithmic. */
const wideRange = 20;

const fates = ['kept', 'attention dropped', 'dropped'] as const;
const fateShapes = ['circle', 'square', 'diamond'] as const;
const fateColours = ['var(--keep)', 'var(--part)', 'var(--drop)'] as const;

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
    return score === null
      ? []
      : [{ block: block.index, score, error, fate: findFate(block), size: block.bytes }];
  });
  if (rows.length === 0) return undefined;
  const scores = rows.map(({ score }) => score);
  const [lowest, highest] = [Math.min(...scores), Math.max(...scores)];
  const isLog = lowest > 0 && highest / lowest >= wideRange;
  const domain = isLog
    ? [lowest / 1.5, highest * 1.3]
    : [Math.min(0, lowest * 1.05), Math.max(0, highest * 1.05)];
  const present = fates.filter((fate) => rows.some((row) => row.fate === fate));
  const isCrowded = (isNarrow: boolean) => isNarrow || blocks.length > 60;
  const plot = await drawPlot((isNarrow) => ({
    height: 260,
    data: { values: rows.map((row) => ({ ...row, zero: 0 })) },
    encoding: {
      x: blockAxis,
      color: {
        field: 'fate',
        type: 'nominal',
        title: null,
        scale: { domain: [...present], range: present.map((fate) => fateColours[fates.indexOf(fate)] ?? '') },
      },
    },
    layer: [
      // on a logarithmic axis the length of a bar would mean nothing
      ...(isLog
        ? []
        : [
            {
              mark: { type: 'rule', strokeWidth: isCrowded(isNarrow) ? 2 : 4, opacity: 0.45 },
              encoding: { y: { field: 'zero', type: 'quantitative' }, y2: { field: 'score' } },
            } as const,
          ]),
      {
        mark: { type: 'point', filled: true, size: isCrowded(isNarrow) ? 30 : 70, opacity: 1 },
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
              domain,
              nice: false,
            },
            axis: { tickCount: 5, format: '~g' },
          },
        },
      },
    ],
  }));
  const most = rows.find(({ score }) => score === highest);
  const caption =
    `${titleCase(column)} by block${isLog ? ', on a logarithmic scale' : ''}; block ${most?.block ?? 0} has the highest, ` +
    `${formatScore(highest)}.${describeFate(rows, 'dropped')}${describeFate(rows, 'attention dropped')}`;
  return {
    id: 'blocks',
    title: 'How much each block matters',
    body: (
      <Figure plot={plot} caption={caption}>
        <Table
          label="Scores of all blocks"
          head={['block', column, 'standard error', 'size', 'what becomes of it']}
          rows={rows.map(({ block, score, error, fate, size }) => [
            block,
            formatScore(score),
            error === null ? '–' : formatScore(error),
            formatBytes(size),
            fate,
          ])}
        />
      </Figure>
    ),
  };
}

function describeFate(
  rows: readonly { readonly block: number; readonly score: number; readonly fate: string }[],
  fate: string,
): string {
  const meant = rows.filter((row) => row.fate === fate);
  const scores = meant.map(({ score }) => score);
  const [lowest, highest] = [Math.min(...scores), Math.max(...scores)].map(formatScore);
  if (meant.length === 0) return '';
  const range = lowest === highest ? lowest : `${lowest} to ${highest}`;
  return ` ${titleCase(fate)}: ${meant.map(({ block }) => block).join(', ')} (${range}).`;
}

const titleCase = (text: string) => text.slice(0, 1).toUpperCase() + text.slice(1);

function formatScore(value: number): string {
  return String(Number(value.toPrecision(3))).replace('-', '−');
}
