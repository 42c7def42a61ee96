import type { VNode } from 'preact';
import type { CompareReport } from '../comparison.js';
import type { EvalReport } from '../evaluation.js';
import type { BackendReport, ModelReport, RunReport, ToolReport } from '../run.js';
import type { Section } from './section.js';
import { Table } from './Table.js';
import { formatDropped, formatThreads } from './words.js';

type Row = readonly [title: string, text: string];

/** Everything that it takes to do the same again. */
export function makeRepeat(report: RunReport): Section {
  return { id: 'repeat', title: 'To repeat this', body: <RepeatRun run={report} /> };
}

/** The same of an evaluation, which may stand on the page of a run. */
export function makeRepeatEval(report: EvalReport): Section {
  const { model, original, text, tasks, generation } = report;
  const rows: readonly Row[] = [
    describeModel('model', model),
    ...(original === null ? [] : [describeModel('original', original)]),
    ...(text === null ? [] : [['text', `${text.source}, sha256 ${text.sha256}`] as const]),
    ...tasks.map(
      ({ title, questions, shots }) => [title, `${questions} questions, ${shots} examples`] as const,
    ),
    ...(generation === null ? [] : [['prompts', `${generation.source}, ${generation.prompts}`] as const]),
    ...describeMaking(report),
  ];
  return {
    id: 'repeat-evaluation',
    title: 'To repeat the evaluation',
    body: <Repeat label="What was evaluated" report={report} rows={rows} />,
  };
}

/** The same of a comparison with quantisations. */
export function makeRepeatCompare(report: CompareReport): Section {
  const { original, text } = report;
  const rows = [
    describeModel('model', original),
    ['text', `${text.source}, sha256 ${text.sha256}`] as const,
    ...describeMaking(report),
  ];
  return {
    id: 'repeat',
    title: 'To repeat this',
    body: <Repeat label="What was compared" report={report} rows={rows} />,
  };
}

/** @param label what the table is called where there are several */
export function RepeatRun({
  run,
  label = 'What was run',
}: {
  readonly run: RunReport;
  readonly label?: string;
}): VNode {
  const { calibration, output, healing } = run;
  const isDrop = run.dropped.length + run.droppedAttention.length > 0;
  const rows: readonly Row[] = [
    describeModel('model', run.model),
    ...(isDrop
      ? ([
          ['dropped', formatDropped(run)],
          ['chosen by', describeChoice(run)],
        ] as const)
      : []),
    ...(calibration === null ? [] : [['measured on', describeCalibration(calibration)] as const]),
    ...(healing === null
      ? []
      : [['healed by', `${healing.methods.join(' and ')}, fitted to ${healing.text}`] as const]),
    ...(output === null ? [] : describeWritten(output)),
    ...describeMaking(run),
  ];
  return <Repeat label={label} report={run} rows={rows} />;
}

function Repeat({
  label,
  report: { invocation, tool },
  rows,
}: {
  readonly label: string;
  readonly report: { readonly invocation: readonly string[] | null; readonly tool: ToolReport };
  readonly rows: readonly Row[];
}): VNode {
  return (
    <>
      {invocation === null ? (
        <p>It was run by a program, not by the command line.</p>
      ) : (
        <pre tabIndex={0}>
          {[`npx prune-gguf@${tool.version}`, ...invocation.map(quoteArgument)].join(' ')}
        </pre>
      )}
      <Table label={label} head={['', '']} rows={rows} />
    </>
  );
}

function describeModel(title: string, { file, sha256 }: ModelReport): Row {
  return [title, `${file}, sha256 ${sha256}`];
}

function describeMaking({
  tool: { version, llamaCpp, node, platform },
  backend: { gpu, device, threads, exact },
}: {
  readonly tool: ToolReport;
  readonly backend: BackendReport;
}): readonly Row[] {
  const where = gpu === 'off' ? 'CPU' : `${gpu}, ${device}`;
  return [
    ['made by', `prune-gguf ${version}, llama.cpp of ${llamaCpp}, Node ${node}, ${platform}`],
    ['run on', `${where}, ${formatThreads(threads)}${exact ? ', dequantised weights' : ''}`],
  ];
}

function describeChoice({ search, metric, recordedMethod }: RunReport): string {
  if (search !== null) {
    const seed = search.seed === null ? '' : `, seed ${search.seed}`;
    const unit = search.unit === 'block' ? '' : `, by ${search.unit}`;
    return `${search.name} search by ${search.judge} over ${search.windows} windows${seed}${unit}`;
  }
  return metric ?? recordedMethod ?? 'hand';
}

function describeCalibration({
  source,
  windows,
  tokens,
  heldOutWindows,
  sha256,
}: NonNullable<RunReport['calibration']>): string {
  return (
    `${source}: ${windows} windows, ${tokens.toLocaleString('en')} tokens, and ${heldOutWindows} windows held out; ` +
    `sha256 of the token ids ${sha256}`
  );
}

function describeWritten({ parts, companions, checks }: NonNullable<RunReport['output']>): readonly Row[] {
  const equal = (difference: number) =>
    difference === 0 ? 'equal exactly' : `equal to ${difference.toExponential(0)} nats`;
  const { stockDifference, bypassDifference } = checks;
  const stock =
    stockDifference === null
      ? 'run in stock llama.cpp'
      : `losses in stock llama.cpp ${equal(stockDifference)}`;
  return [
    ['written', [...parts, ...companions].map(({ file }) => file).join(', ')],
    [
      'checked',
      `kept tensors byte for byte; ${stock}; those of the original with these blocks bypassed ${equal(bypassDifference)}`,
    ],
  ];
}

/** As a POSIX shell wants it. */
function quoteArgument(argument: string): string {
  return /^[\w./:=,@%+-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`;
}
