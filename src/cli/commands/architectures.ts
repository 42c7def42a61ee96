import type { CommandModule, InferredOptionTypes } from 'yargs';
import { listArchitectures, wrapText, type ArchitectureSupport } from '../../index.js';
import { outputOptions } from '../options/index.js';
import { createSink } from '../output.js';

export const architecturesCommand: CommandModule<object, InferredOptionTypes<typeof outputOptions>> = {
  command: 'architectures',
  describe: 'List the architectures of llama.cpp: what a drop minds, or why none is possible',
  builder: (yargs) =>
    yargs
      .options(outputOptions)
      .example('$0 architectures', 'all of them')
      .example('$0 architectures --json', 'the same for a program'),
  handler: async (args) => {
    const sink = createSink(args.json, args.quiet);
    const list = listArchitectures();
    if (sink.isText) sink.print(renderList(list, sink.style.width));
    await sink.finish(list);
  },
};

const attention = 'blocks can lose their attention alone';

function renderList(list: readonly ArchitectureSupport[], width: number): string {
  const indent = Math.max(...list.map(({ architecture }) => architecture.length)) + 4;
  const renderOne = ({ architecture, notes, attentionAlone }: ArchitectureSupport) => {
    const all = attentionAlone ? [...notes, `${attention} (--unit attention)`] : notes;
    const [first = '', ...rest] = all.flatMap((note) =>
      wrapText(note, Math.max(20, width - indent)).split('\n'),
    );
    return [
      `  ${architecture.padEnd(indent - 2)}${first}`.trimEnd(),
      ...rest.map((line) => ' '.repeat(indent) + line),
    ];
  };
  const part = (supported: boolean) => list.filter((one) => one.supported === supported);
  return [
    `Blocks can be dropped from files of ${part(true).length} architectures. Where nothing is said of what a drop minds, any can go.`,
    '',
    ...part(true).flatMap(renderOne),
    '',
    `Refused are ${part(false).length}:`,
    '',
    ...part(false).flatMap(renderOne),
  ].join('\n');
}
