import { formatBytes } from '../format.js';
import type { RunReport } from '../run.js';
import { listRunFigures, nameRuns, runFigureTitles, type NamedRun } from '../runFigures.js';
import { readDamage } from './damage.js';
import type { PageContent } from './document.js';
import { Figure } from './Figure.js';
import { drawPlot } from './plot.js';
import { describeModels, describeTool, Repeat } from './repeat.js';
import { makeSections, type Section } from './section.js';
import { Table } from './Table.js';
import { formatDropped, formatNats } from './words.js';

const runColours = ['var(--c1)', 'var(--c2)', 'var(--c3)', 'var(--c4)', 'var(--c5)', 'var(--c6)'] as const;

/** The page that sets several runs side by side. */
export async function makeRunsPage(runs: readonly RunReport[]): Promise<PageContent> {
  const named = nameRuns(runs);
  return {
    title: `${runs.length} runs side by side`,
    subtitle: [...new Set(runs.map(({ model }) => model.file))].join(' · '),
    lead: <Overview named={named} />,
    sections: await makeSections(named, [makeCurves, makeCosts, makeAgreement, makeHow]),
    reports: runs,
  };
}

function Overview({ named }: { readonly named: readonly NamedRun[] }) {
  return (
    <Table
      label="Figures of all runs"
      head={['', ...runFigureTitles]}
      rows={named.map(({ name, run }) => [name, ...listRunFigures(run)])}
    />
  );
}

const colourBy = (named: readonly NamedRun[]) =>
  ({
    field: 'name',
    type: 'nominal',
    title: null,
    legend: { columns: 1 },
    scale: {
      domain: named.map(({ name }) => name),
      range: named.map((_, i) => runColours[i % runColours.length] ?? ''),
    },
  }) as const;

/** The damage by number of blocks, a line a run. */
async function makeCurves(named: readonly NamedRun[]): Promise<Section | undefined> {
  const rows = named.flatMap(({ name, run }) =>
    run.curve.flatMap((step) => {
      const damage = readDamage(step);
      return damage === null
        ? []
        : [{ name, count: step.dropped.length + step.droppedAttention.length, damage }];
    }),
  );
  if (rows.length === 0) return undefined;
  const judges = new Set(named.map(({ run }) => run.search?.judge ?? 'kl'));
  const plot = await drawPlot(() => ({
    height: 280,
    data: { values: rows },
    mark: { type: 'line', strokeWidth: 2, point: { filled: true, size: 40 } },
    encoding: {
      x: { field: 'count', type: 'quantitative', title: 'dropped', axis: { tickMinStep: 1, grid: false } },
      y: { field: 'damage', type: 'quantitative', title: 'damage, nats a token', axis: { tickCount: 5 } },
      color: colourBy(named),
    },
  }));
  const caption =
    'Damage against how much is dropped, each run by its own windows' +
    (judges.size > 1 ? '; some measured the divergence, others the growth of the loss.' : '.');
  return {
    id: 'damage',
    title: 'Damage by number of blocks',
    body: (
      <Figure plot={plot} caption={caption}>
        <Table
          label="Damage of each run by number"
          head={['run', 'dropped', 'damage']}
          rows={rows.map(({ name, count, damage }) => [name, count, formatNats(damage)])}
        />
      </Figure>
    ),
  };
}

/** What each run's file costs at its size. */
async function makeCosts(named: readonly NamedRun[]): Promise<Section | undefined> {
  const rows = named.flatMap(({ name, run: { evaluation, output } }) =>
    evaluation === null || output === null
      ? []
      : [
          {
            name,
            size: output.bytes / 1e6,
            kl: evaluation.divergence.mean,
            error: evaluation.divergence.error,
          },
        ],
  );
  if (rows.length === 0) return undefined;
  const plot = await drawPlot(() => ({
    height: 260,
    data: { values: rows.map((row) => ({ ...row, low: row.kl - row.error, high: row.kl + row.error })) },
    encoding: {
      x: { field: 'size', type: 'quantitative', title: 'file, MB', scale: { zero: false } },
      color: colourBy(named),
    },
    layer: [
      {
        mark: { type: 'rule' },
        encoding: { y: { field: 'low', type: 'quantitative' }, y2: { field: 'high' } },
      },
      {
        mark: { type: 'point', filled: true, size: 90, opacity: 1 },
        encoding: { y: { field: 'kl', type: 'quantitative', title: 'KL divergence, nats a token' } },
      },
    ],
  }));
  return {
    id: 'cost',
    title: 'Cost at size',
    body: (
      <Figure
        plot={plot}
        caption="The divergence from the original on held-out text, with its standard error, against the size of the file: nearer to the corner at the lower left is better."
      >
        <Table
          label="Costs and sizes"
          head={['run', 'file', 'KL']}
          rows={rows.map(({ name, size, kl, error }) => [
            name,
            formatBytes(1e6 * size),
            `${formatNats(kl)} ± ${error.toFixed(3)}`,
          ])}
        />
      </Figure>
    ),
  };
}

/** Which blocks the runs agree on. */
function makeAgreement(named: readonly NamedRun[]): Section {
  const counts = new Map<number, number>();
  for (const { run } of named)
    for (const block of run.dropped) counts.set(block, (counts.get(block) ?? 0) + 1);
  const common = [...counts].filter(([, count]) => count === named.length).map(([block]) => block);
  return {
    id: 'blocks',
    title: 'Which blocks',
    body: (
      <>
        <p>
          {common.length === 0
            ? 'There is no block that all of them drop.'
            : `All of them drop ${common.toSorted((a, b) => a - b).join(', ')}.`}
        </p>
        <Table
          label="Dropped blocks by run"
          head={['', 'dropped']}
          rows={named.map(({ name, run }) => [name, formatDropped(run)])}
        />
      </>
    ),
  };
}

function makeHow(named: readonly NamedRun[]): Section {
  return {
    id: 'repeat',
    title: 'To repeat this',
    body: (
      <>
        {named.map(({ name, run }) => (
          <>
            <h3>{name}</h3>
            <Repeat
              label={`What was run for ${name}`}
              invocation={run.invocation}
              rows={[...describeModels([['model', run.model]]), ...describeTool(run.tool)]}
            />
          </>
        ))}
      </>
    ),
  };
}
