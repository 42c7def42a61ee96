import yargs from 'yargs';
import { PruneError, toolVersion } from '../index.js';
import { architecturesCommand } from './commands/architectures.js';
import { compareCommand } from './commands/compare.js';
import { doctorCommand } from './commands/doctor.js';
import { evalCommand } from './commands/eval.js';
import { healCommand } from './commands/heal.js';
import { inspectCommand } from './commands/inspect.js';
import { pruneCommand } from './commands/prune.js';
import { reportCommand } from './commands/report.js';
import { scoreCommand } from './commands/score.js';
import { startCancelling } from './cancel.js';
import { nameCompleted } from './completion.js';
import { refuseEmpty } from './emptyValues.js';
import { describeFailure, explainUsage } from './failure.js';
import { repeatableOptions } from './options/index.js';

/** Exit codes, as the README states them. */
const exitCodes = { failed: 1, usage: 2, limit: 3, cancelled: 130 } as const;

/** What is said when nothing was asked. */
const introduction = `prune-gguf: makes a GGUF language model smaller and faster by dropping whole transformer blocks.

  prune-gguf model.gguf --blocks 3      drop the three blocks that are missed least, check and evaluate the result
  prune-gguf score model.gguf           only show how much each block matters
  prune-gguf eval small.gguf --against model.gguf      show what a drop cost and bought
  prune-gguf inspect model.gguf         only show what is in the file

The model can be a file, hf:user/repo:quant, or a URL. The original is never changed.
Small models tolerate few dropped blocks: start with --blocks 1 and look at the verdict.
All options: prune-gguf --help`;

/** Runs the command line. The only place that sets the exit code. */
export async function main(args: readonly string[]): Promise<void> {
  if (args.length === 0) {
    process.exitCode = exitCodes.usage;
    process.stderr.write(`${introduction}\n`);
    return;
  }
  // whoever reads the result may have seen enough
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  const cancelling = startCancelling();
  try {
    refuseEmpty(args);
    await buildParser(args).parseAsync();
  } catch (error) {
    process.exitCode = findExitCode(error);
    process.stderr.write(`${describeFailure(error, args.includes('--debug'))}\n`);
  } finally {
    cancelling.end();
  }
}

function buildParser(args: readonly string[]) {
  const parser = yargs(nameCompleted(args));
  return parser
    .scriptName('prune-gguf')
    .command(pruneCommand)
    .command(scoreCommand)
    .command(healCommand)
    .command(evalCommand)
    .command(compareCommand)
    .command(reportCommand)
    .command(inspectCommand)
    .command(architecturesCommand)
    .command(doctorCommand)
    .command('completion', 'Print a script by which a shell completes commands and options', {}, () => {
      parser.showCompletionScript();
    })
    .strict()
    .parserConfiguration({ 'greedy-arrays': false })
    .middleware(keepLast, true)
    .recommendCommands()
    .option('debug', { type: 'boolean', describe: 'Show where an error came from', global: true })
    .version(toolVersion)
    .help()
    .alias('h', 'help')
    .alias('v', 'version')
    .group(['help', 'version', 'debug'], 'Other:')
    .wrap(Math.min(parser.terminalWidth(), 110))
    .exitProcess(false)
    .showHelpOnFail(false)
    .fail((message: string, error: Error | undefined) => {
      // yargs throws an error of its own kind for some wrong arguments and passes others as text
      if (error !== undefined && error.name !== 'YError') throw error;
      throw explainUsage(error?.message ?? message, args);
    });
}

/** Of an option given twice the last one counts, unless each of them names another file. */
function keepLast(args: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(args)) {
    if (name !== '_' && !repeatableOptions.has(name) && Array.isArray(value)) args[name] = value.at(-1);
  }
}

function findExitCode(error: unknown): number {
  if (!(error instanceof PruneError)) return exitCodes.failed;
  if (error.code === 'CANCELLED') return exitCodes.cancelled;
  if (error.code === 'LIMIT_BROKEN') return exitCodes.limit;
  return error.code === 'USAGE' || error.code === 'NO_SUCH_BLOCK' ? exitCodes.usage : exitCodes.failed;
}
