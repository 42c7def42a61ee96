import { distance } from 'fastest-levenshtein';
import { PruneError, type LimitReport } from '../index.js';
import { commandNames, optionNames } from './options/index.js';

/** What an error looks like to the person at the keyboard: a sentence or two, a stack only with `--debug`. */
export function describeFailure(error: unknown, debug: boolean): string {
  const isError = typeof error === 'object' && error !== null && 'message' in error;
  if (debug && isError && 'stack' in error) return String(error.stack);
  const message = isError ? String(error.message) : String(error);
  const advice =
    error instanceof PruneError ? '' : ' (This is unexpected: --debug shows where it came from.)';
  return `prune-gguf: ${continueSentence(message)}${advice}`;
}

/**
 * Ends a command whose result breaks a limit; the result is shown all the same.
 * @throws PruneError LIMIT_BROKEN
 */
export function refuseBroken(limits: readonly LimitReport[]): void {
  const broken = limits.flatMap(({ sentence }) => sentence ?? []);
  if (broken.length > 0) throw new PruneError('LIMIT_BROKEN', `${broken.join('; ')}.`);
}

/** Turns what yargs says of wrong arguments into this tool's words. */
export function explainUsage(message: string, args: readonly string[]): PruneError {
  const unknown = /^Unknown (?:argument|command)s?: (.+)$/.exec(message)?.[1]?.split(', ') ?? [];
  const option = unknown.find((name) =>
    args.some((arg) => arg.replace(/^-+/, '').split('=')[0] === name && arg.startsWith('-')),
  );
  if (option !== undefined) {
    // known to other commands
    const isMisplaced = optionNames.includes(option);
    const what = isMisplaced
      ? `--${option} is no option of this command.`
      : `Unknown option --${option}.${suggest(option, optionNames, '--')}`;
    return new PruneError('USAGE', `${what} See prune-gguf --help.`);
  }
  const lacking = /^Not enough arguments following: (.+)$/.exec(message)?.[1];
  if (lacking !== undefined)
    return new PruneError('USAGE', `--${lacking} needs a value. See prune-gguf --help.`);
  if (message.startsWith('Not enough non-option arguments')) {
    const what = args[0] === 'report' ? 'saved report' : 'model';
    return new PruneError('USAGE', `No ${what} is named. See prune-gguf --help.`);
  }
  const [command] = args;
  const meant =
    unknown.length > 0 && command !== undefined && !commandNames.includes(command)
      ? suggest(command, commandNames, 'prune-gguf ')
      : '';
  if (meant !== '') return new PruneError('USAGE', `There is no command ${command}.${meant}`);
  const sentence = /[.?!]$/.test(message) ? message : `${message}.`;
  return new PruneError('USAGE', `${sentence} See prune-gguf --help.`);
}

function suggest(typed: string, names: readonly string[], prefix: string): string {
  const [nearest] = names
    .map((name) => ({ name, edits: distance(typed, name) }))
    .filter(({ name, edits }) => edits <= Math.max(2, name.length / 3))
    .sort((a, b) => a.edits - b.edits);
  return nearest === undefined ? '' : ` Did you mean ${prefix}${nearest.name}?`;
}

/** Begins with a small letter unless the first word is a name. */
function continueSentence(message: string): string {
  return message.replace(/^[A-Z][a-z]*(?=[ .,:;]|$)/, (word) => word.toLowerCase());
}
