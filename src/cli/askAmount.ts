import { formatBytes, PruneError, type CurveStepReport, type RunReport } from '../index.js';
import { cancelSignal } from './cancel.js';

/** A size that can be chosen. */
export interface AmountChoice {
  readonly name: string;
  readonly value: number;
}

/** What each size would make of the model, a line each, the least first. */
export function listAmounts(
  curve: readonly CurveStepReport[],
  { model, blocks }: Pick<RunReport, 'model' | 'blocks'>,
): readonly AmountChoice[] {
  return curve.map(({ dropped, damage }) => {
    const gone = dropped.reduce((sum, block) => sum + (blocks[block]?.bytes ?? 0), 0);
    const size = formatBytes(model.bytes - gone);
    const count = `${dropped.length} block${dropped.length === 1 ? '' : 's'}`;
    const cost = damage === null ? 'no usable output' : `damage ${damage.toFixed(3)} nats a token`;
    return { value: dropped.length, name: `${count.padEnd(10)}  ${size.padStart(8)}  ${cost}` };
  });
}

/** Whether somebody is there to be asked. */
export function canAsk({
  quiet,
  json,
}: {
  readonly quiet: boolean;
  readonly json: string | undefined;
}): boolean {
  return process.stdin.isTTY && process.stderr.isTTY && !quiet && json !== '' && !process.env['CI'];
}

/** What it is called when a question is left by Ctrl-C, or by a signal. */
const leavings: readonly unknown[] = ['ExitPromptError', 'AbortPromptError'];

/** Lets the user choose a size. @returns the number of blocks to drop @throws PruneError CANCELLED */
export async function askAmount(
  curve: readonly CurveStepReport[],
  run: Pick<RunReport, 'model' | 'blocks'> | undefined,
): Promise<number> {
  if (run === undefined) throw new RangeError('no model was opened');
  // loaded at the first use: most runs ask nothing
  const { default: select } = await import('@inquirer/select');
  const answer = select(
    {
      message: 'How many blocks are to go? (0.1 nats are about a tenth more perplexity)',
      choices: [...listAmounts(curve, run)],
      pageSize: 12,
      loop: false,
    },
    { output: process.stderr, signal: cancelSignal },
  );
  return answer.catch((cause: unknown) => {
    if (!(cause instanceof Error && leavings.includes(cause.name))) throw cause;
    throw new PruneError('CANCELLED', 'Cancelled; nothing was written.', { cause });
  });
}
