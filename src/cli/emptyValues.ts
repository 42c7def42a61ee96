import { escapeUnsafe, PruneError } from '../index.js';
import { completionRequest } from './completion.js';

/**
 * Refuses what a script left empty, as in `--blocks=$COUNT`: of a number that is not there zero would be made.
 * @throws PruneError USAGE
 */
export function refuseEmpty(args: readonly string[]): void {
  // a word that is yet to be typed is empty
  if (args[0] === completionRequest) return;
  for (const [place, arg] of args.entries()) {
    if (/^-[^=]+=\s*$/.test(arg)) {
      throw new PruneError(
        'USAGE',
        `Nothing stands after ${escapeUnsafe(arg.trim())}. See prune-gguf --help.`,
      );
    }
    if (arg.trim() !== '') continue;
    const before = args[place - 1];
    const where = before === undefined ? 'The first argument' : `The argument after ${escapeUnsafe(before)}`;
    throw new PruneError('USAGE', `${where} is empty. See prune-gguf --help.`);
  }
}
