import { PruneError, escapeUnsafe } from '../index.js';

/**
 * Refuses what is no number where one is meant, which comes out of parsing as NaN.
 * @param args as they were typed
 * @throws PruneError USAGE
 */
export function refuseNoNumbers(args: readonly string[]): (parsed: Record<string, unknown>) => void {
  return (parsed) => {
    for (const [name, value] of Object.entries(parsed)) {
      if (!Number.isNaN(value)) continue;
      const typed = findTyped(args, `--${name}`);
      // the same option in camel case is typed by none
      if (typed === undefined) continue;
      throw new PruneError('USAGE', `--${name} must be a number, not "${escapeUnsafe(typed)}".`);
    }
  };
}

/** The last value that was typed for an option. */
function findTyped(args: readonly string[], option: string): string | undefined {
  const at = args.findLastIndex((arg) => arg === option || arg.startsWith(`${option}=`));
  const arg = args[at];
  return arg === option ? args[at + 1] : arg?.slice(option.length + 1);
}
