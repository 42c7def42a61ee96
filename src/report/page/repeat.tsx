import type { VNode } from 'preact';
import type { ModelReport, RunReport, ToolReport } from '../run.js';
import type { Section } from './section.js';
import { Table } from './Table.js';
import { formatDropped } from './words.js';

/** Everything that it takes to do the same again. */
export function makeRepeat(report: RunReport): Section {
  const { calibration, search, metric, backend, output } = report;
  const rows: (readonly [string, string])[] = [
    ...describeModels([['model', report.model]]),
    ['dropped', formatDropped(report)],
    ['chosen by', describeChoice(search, metric)],
    ...(calibration === null
      ? []
      : ([
          [
            'measured on',
            `${calibration.source}: ${calibration.windows} windows, ${calibration.tokens.toLocaleString('en')} tokens, sha256 of the token ids ${calibration.sha256}`,
          ],
        ] as const)),
    ...(output === null ? [] : ([['written', output.parts.map(({ file }) => file).join(', ')]] as const)),
    ...describeTool(report.tool),
    [
      'run on',
      `${backend.gpu === 'off' ? 'CPU' : `${backend.gpu}, ${backend.device}`}, ${backend.threads} threads${backend.exact ? ', dequantised weights' : ''}`,
    ],
  ];
  return {
    id: 'repeat',
    title: 'To repeat this',
    body: <Repeat invocation={report.invocation} rows={rows} />,
  };
}

export function Repeat({
  invocation,
  rows,
  label = 'What was run',
}: {
  readonly label?: string;
  readonly invocation: readonly string[] | null;
  readonly rows: readonly (readonly [string, string])[];
}): VNode {
  return (
    <>
      {invocation === null ? null : (
        <pre tabIndex={0}>{['npx prune-gguf', ...invocation.map(quoteArgument)].join(' ')}</pre>
      )}
      <Table label={label} head={['', '']} rows={rows} />
    </>
  );
}

export function describeModels(
  models: readonly (readonly [string, ModelReport])[],
): readonly (readonly [string, string])[] {
  return models.map(([title, { file, sha256 }]) => [title, `${file}, sha256 ${sha256}`]);
}

export function describeTool({
  version,
  llamaCpp,
  node,
  platform,
}: ToolReport): readonly (readonly [string, string])[] {
  return [['made by', `prune-gguf ${version}, llama.cpp ${llamaCpp}, Node ${node}, ${platform}`]];
}

function describeChoice(search: RunReport['search'], metric: string | null): string {
  if (search !== null) {
    const seed = search.seed === null ? '' : `, seed ${search.seed}`;
    return `${search.name} search by ${search.judge} over ${search.windows} windows${seed}`;
  }
  return metric ?? 'hand';
}

/** As a POSIX shell wants it. */
function quoteArgument(argument: string): string {
  return /^[\w./:=,@%+-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`;
}
