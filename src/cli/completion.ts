import { commandNames } from './options/index.js';

/** By which a shell asks what a line can be completed to; the words of the line follow, the tool's name first. */
export const completionRequest = '--get-yargs-completions';

/**
 * Names the command where a line leaves it out: for lines that begin with a model or an option yargs completes no options
 * of the command that they stand for.
 */
export function nameCompleted(args: readonly string[]): readonly string[] {
  const [first, tool, word, ...others] = args;
  if (first !== completionRequest || tool === undefined || word === undefined) return args;
  const isCommand = commandNames.includes(word);
  // the word that is being typed may become a command
  const isTyped = others.length === 0 && !word.startsWith('-');
  return isCommand || isTyped ? args : [first, tool, 'prune', word, ...others];
}
