import { chooseDamage } from '../curve.js';
import { formatBytes } from '../format.js';
import type { RunReport } from '../run.js';
import { listRunFigures, numberRuns, runFigureTitles, warnOfRuns, type NumberedRun } from '../runFigures.js';
import type { PageContent } from './document.js';
import { Figure } from './Figure.js';
import { layCosts, spreadCost } from './costs.js';
import { drawPlot, paintCategories } from './plot.js';
import { RepeatRun } from './repeat.js';
import { makeSections, type Section } from './section.js';
import { Table } from './Table.js';
import { formatDropped, formatError, formatNats } from './words.js';

/** The page that sets several runs side by side. */
export async function makeRunsPage(runs: readonly RunReport[]): Promise<PageContent> {
  const numbered = numberRuns(runs);
  return {
    title: `${runs.length} runs side by side`,
    subtitle: [...new Set(runs.map(({ model }) => model.file))].join(' · '),
    lead: <Overview numbered={numbered} />,
    sections: await makeSections(numbered, [makeCurves, makeCosts, makeAgreement, makeHow]),
  };
}

function Overview({ numbered }: { readonly numbered: readonly NumberedRun[] }) {
  const warning = warnOfRuns(numbered.map(({ run }) => run));
  return (
    <>
      {warning === undefined ? null : <p class="verdict fair">{warning}</p>}
      <Table
        label="Figures of all runs"
        head={['', ...runFigureTitles]}
        rows={numbered.map(({ name, run }) => [name, ...listRunFigures(run)])}
      />
    </>
  );
}

/** Runs are told apart by colour and shape, and named by their numbers: files have long names. */
const tellApart = (numbered: readonly NumberedRun[]) => {
  const domain = numbered.map(({ number }) => number);
  const by = { field: 'number', type: 'nominal', title: 'run' } as const;
  return { color: { ...by, scale: paintCategories(domain) }, shape: { ...by, scale: { domain } } };
};

/** The damage by number of blocks, a line a run. */
async function makeCurves(numbered: readonly NumberedRun[]): Promise<Section | undefined> {
  const rows = numbered.flatMap(({ number, run }) =>
    run.curve.flatMap((step) => {
      const damage = chooseDamage(run.curve)(step);
      return damage === null
        ? []
        : [{ number, count: step.dropped.length + step.droppedAttention.length, damage }];
    }),
  );
  if (rows.length === 0) return undefined;
  const { color, shape } = tellApart(numbered);
  const judges = new Set(numbered.map(({ run }) => run.search?.judge ?? 'kl'));
  const plot = await drawPlot(() => ({
    height: 280,
    data: { values: rows },
    encoding: {
      x: { field: 'count', type: 'quantitative', title: 'dropped', axis: { tickMinStep: 1, grid: false } },
      y: { field: 'damage', type: 'quantitative', title: 'damage, nats a token', axis: { tickCount: 5 } },
      color,
    },
    layer: [
      { mark: { type: 'line', strokeWidth: 2 } },
      { mark: { type: 'point', filled: true, size: 60, opacity: 1 }, encoding: { shape } },
    ],
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
          rows={rows.map(({ number, count, damage }) => [number, count, formatNats(damage)])}
        />
      </Figure>
    ),
  };
}

/** What each run's file costs at its size. */
async function makeCosts(numbered: readonly NumberedRun[]): Promise<Section | undefined> {
  const { color, shape } = tellApart(numbered);
  const rows = numbered.flatMap(({ name, number, run: { evaluation, output } }) =>
    evaluation === null || output === null
      ? []
      : [
          {
            name,
            number,
            bytes: output.bytes,
            divergence: evaluation.divergence,
            ...spreadCost(output.bytes, evaluation.divergence),
          },
        ],
  );
  if (rows.length === 0) return undefined;
  const { x, layer } = layCosts(shape, 90);
  const plot = await drawPlot(() => ({
    height: 260,
    data: { values: rows },
    encoding: { x, color },
    layer: [...layer],
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
          rows={rows.map(({ name, bytes, divergence: { mean, error } }) => [
            name,
            formatBytes(bytes),
            `${formatNats(mean)} ${formatError(error)}`,
          ])}
        />
      </Figure>
    ),
  };
}

/** Which blocks the runs agree on. */
function makeAgreement(numbered: readonly NumberedRun[]): Section {
  const counts = new Map<number, number>();
  for (const { run } of numbered)
    for (const block of run.dropped) counts.set(block, (counts.get(block) ?? 0) + 1);
  const common = [...counts].filter(([, count]) => count === numbered.length).map(([block]) => block);
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
          rows={numbered.map(({ name, run }) => [name, formatDropped(run)])}
        />
      </>
    ),
  };
}

function makeHow(numbered: readonly NumberedRun[]): Section {
  return {
    id: 'repeat',
    title: 'To repeat this',
    body: (
      <>
        {numbered.map(({ name, run }) => (
          <>
            <h3>{name}</h3>
            <RepeatRun run={run} label={`What was run for ${name}`} />
          </>
        ))}
      </>
    ),
  };
}
