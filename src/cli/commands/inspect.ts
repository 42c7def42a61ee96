import type { CommandModule, InferredOptionTypes } from 'yargs';
import {
  formatBlockList,
  formatBytes,
  formatParameters,
  inspectFile,
  renderTable,
  type BlockInspection,
  type Inspection,
} from '../../index.js';
import { modelPositional, outputOptions } from '../options/index.js';
import { createSink } from '../output.js';
import { createProgress } from '../progress.js';
import { resolveModel } from '../resolveModel.js';

export const inspectCommand: CommandModule<
  object,
  InferredOptionTypes<typeof outputOptions> & { model: string }
> = {
  command: 'inspect <model>',
  describe: 'Show what is in the file: metadata, blocks, sizes by block and type',
  builder: (yargs) =>
    yargs
      .positional('model', modelPositional)
      .options(outputOptions)
      .example('$0 inspect model.gguf', 'what is in it')
      .example('$0 inspect model.gguf --json', 'the same for a program'),
  handler: async (args) => {
    const sink = createSink(args.json, args.quiet);
    const progress = createProgress(process.stderr, args.quiet);
    const inspection = await inspectFile(await resolveModel(args.model, progress));
    progress.end();
    if (sink.isText) sink.print(renderInspection(inspection));
    await sink.finish(inspection);
  },
};

function describeHeads({ heads, headsKv }: BlockInspection): string {
  if (heads === null) return '-';
  return headsKv === heads ? String(heads) : `${heads}/${headsKv ?? '?'}`;
}

/** Which blocks stay and why, the same reasons together. */
function renderLimits(blocks: readonly BlockInspection[], limits: readonly string[]): readonly string[] {
  const reasons = new Set(blocks.flatMap(({ staysBecause }) => staysBecause ?? []));
  const lines = [...reasons].map((why) => {
    const stay = blocks.filter(({ staysBecause }) => staysBecause === why).map(({ index }) => index);
    return stay.length === blocks.length
      ? `no block can be dropped: ${why}`
      : `${formatBlockList(stay)}: ${why}`;
  });
  const rest = limits.filter((limit) => !reasons.has(limit));
  return lines.length + rest.length === 0
    ? []
    : ['', 'What must stay', ...[...lines, ...rest].map((line) => `  ${line}`)];
}

function renderAttention({ droppable, noneBecause }: Inspection['attention']): string {
  return noneBecause === null
    ? `can be dropped from ${formatBlockList(droppable)} (--unit attention, --drop-attention)`
    : `cannot be dropped: ${noneBecause}`;
}

function renderInspection({
  model,
  metadata,
  blocks,
  limits,
  attention,
  shared,
  types,
  parts,
  ...file
}: Inspection): string {
  const section = (title: string, lines: readonly string[]) => [
    '',
    title,
    ...lines.map((line) => `  ${line}`),
  ];
  return [
    `${model.name} · ${model.architecture} · ${blocks.length} blocks · ${model.quantisation} · ` +
      `${formatParameters(model.parameters)} parameters · ${formatBytes(file.bytes)} · GGUF ${file.version}` +
      (parts.length === 1 ? '' : ` · ${parts.length} parts`),
    ...(parts.length === 1
      ? []
      : section(
          'Parts',
          renderTable(
            parts.map((part) => [part.file, `${part.tensors} tensors`, formatBytes(part.bytes)]),
            ['left', 'right', 'right'],
          ),
        )),
    ...section(
      'Metadata',
      renderTable(
        metadata.map(({ key, type, value }) => [key, type, value]),
        ['left', 'left', 'left'],
      ),
    ),
    ...section(
      'Blocks',
      renderTable(
        [
          ['block', 'kind', 'heads', 'feed-forward', 'tensors', 'size', 'types', ''],
          ...blocks.map((block) => [
            String(block.index),
            block.kind,
            describeHeads(block),
            block.feedForward,
            String(block.tensors),
            formatBytes(block.bytes),
            block.types.join(' '),
            block.staysBecause === null ? '' : 'stays',
          ]),
        ],
        ['right', 'left', 'right', 'left', 'right', 'right', 'left', 'left'],
      ),
    ),
    ...renderLimits(blocks, limits),
    ...section('Attention alone', [renderAttention(attention)]),
    ...section(
      'Outside of blocks',
      renderTable(
        shared.map(({ name, type, bytes }) => [name, type, formatBytes(bytes)]),
        ['left', 'left', 'right'],
      ),
    ),
    ...section(
      'Types',
      renderTable(
        types.map(({ type, tensors, bytes }) => [type, `${tensors} tensors`, formatBytes(bytes)]),
        ['left', 'right', 'right'],
      ),
    ),
  ].join('\n');
}
