import type { CommandModule, InferredOptionTypes } from 'yargs';
import {
  escapeUnsafe,
  examineMachine,
  formatBytes,
  PruneError,
  wrapText,
  type BackendExam,
  type Examination,
} from '../../index.js';
import { outputOptions } from '../options/index.js';
import { createSink } from '../output.js';

export const doctorCommand: CommandModule<object, InferredOptionTypes<typeof outputOptions>> = {
  command: 'doctor',
  describe: 'Show what this machine can run models with, and why something is not used',
  builder: (yargs) =>
    yargs
      .options(outputOptions)
      .example('$0 doctor', 'what was found')
      .example('$0 doctor --json', 'the same for a program, or to go with a report of a fault'),
  handler: async (args) => {
    const sink = createSink(args.json, args.quiet);
    const found = await examineMachine();
    if (sink.isText) sink.print(renderExamination(found, sink.style.width));
    await sink.finish(found);
    if (found.chosen !== null || found.addon.file === null) return;
    throw new PruneError('BACKEND', 'No model can be run with what is there. Why not is listed above.');
  },
};

const names = { off: 'CPU', cuda: 'CUDA', vulkan: 'Vulkan', metal: 'Metal' } as const;

function renderExamination(found: Examination, width: number): string {
  const { tool, processor, threads, glibc, memory, cacheFolder, addon } = found;
  const line = (title: string, text: string) => {
    const indent = 12;
    const [first = '', ...rest] = wrapText(text, Math.max(20, width - indent)).split('\n');
    return [title.padEnd(indent) + first, ...rest.map((more) => ' '.repeat(indent) + more)].join('\n');
  };
  return [
    line('prune-gguf', `${tool.version}, with ${tool.llamaCpp}`),
    line('Node', `${tool.node} on ${tool.platform}${glibc === null ? '' : `, glibc ${glibc}`}`),
    line('Processor', `${processor}, ${threads} thread${threads === 1 ? '' : 's'}`),
    line('Memory', `${formatBytes(memory.total)}, ${formatBytes(memory.free)} free`),
    line('Cache', escapeUnsafe(cacheFolder)),
    line(
      'Addon',
      addon.file === null
        ? `not there: it is built at the first run, with git, CMake 3.19 or newer and a C++17 compiler. Looked for: ${addon.lookedFor.map(escapeUnsafe).join(', ')}`
        : escapeUnsafe(addon.file),
    ),
    '',
    ...addon.backends.map((exam) => line(names[exam.gpu], describeBackend(exam, exam.gpu === found.chosen))),
  ].join('\n');
}

function describeBackend({ devices, obstacle, package: name }: BackendExam, isChosen: boolean): string {
  if (obstacle !== null) return `not used: ${escapeUnsafe(obstacle)} (${name})`;
  const list = devices.map(
    ({ description, memoryTotal, memoryFree }) =>
      `${escapeUnsafe(description)}, ${formatBytes(memoryTotal)}, ${formatBytes(memoryFree)} free`,
  );
  return `${list.join('; ')}${isChosen ? '   taken unless --gpu says otherwise' : ''}`;
}
