import { averageValues } from '../../evaluate/index.js';
import type { RunRequest } from '../../native/index.js';
import type { WindowValues } from '../../score/index.js';
import type { Journal } from '../journal.js';
import { openRunJournal } from '../search/openJudge.js';
import type { KeepOptions } from '../search/options.js';
import { canBeginAbove, noReuse } from '../search/reuse.js';
import { countSlots, noRoom } from '../search/slots.js';
import { reportProgress, type Run } from '../start.js';
import type { IsEnough } from './measure.js';

/** By how much the share of what a block adds is moved to either side; docs/method.md says why by so much. */
export const slopeStep = 0.3;

/** What one block came to in one window, in nats; null where no finite number came out. */
interface Slope {
  readonly slope: number | null;
}

/**
 * The derivative of each token's loss by the share of what a block adds, at all of it, as mean of absolute values: by a
 * central difference, since llama.cpp passes nothing back through a model that writes keys and values. What is measured
 * is kept as it comes.
 *
 * @param isEnough asked after each window; default: all are measured
 * @returns in nats
 * @throws PruneError OUTPUT, NATIVE_FAILED, NATIVE_CRASHED, CANCELLED
 */
export async function measureSlopes(
  run: Run,
  options: KeepOptions,
  isEnough?: IsEnough,
): Promise<WindowValues> {
  const { model, windows } = run;
  const { signal } = run.options;
  const { trunk } = model.description;
  const journal = await openRunJournal<Slope>(run, 'slope', { step: slopeStep }, options);
  const onPass = reportProgress(run.options, 'search');
  const total = windows.scoring.length * trunk;
  let done = 0;
  const hasRoom = countSlots(model, windows.scoring) > 0;
  let canReuse: boolean | undefined;
  const read = (count: number): WindowValues => {
    const measured = windows.scoring.slice(0, count);
    return {
      tokens: measured.map(({ length }) => length - 1),
      means: measured.map((_, index) => readWindow(journal, index, trunk)),
    };
  };
  onPass(done, total);
  for (const [index, tokens] of windows.scoring.entries()) {
    const missing = Array.from({ length: trunk }, (_, block) => block).filter(
      (block) => journal.get(identify(index, block)) === undefined,
    );
    done += trunk - missing.length;
    const runPart = async (request: Partial<RunRequest>) =>
      (await model.runWindow({ tokens, losses: true, ...request }, { signal })).losses;
    if (missing.length > 0 && canReuse !== false) {
      const whole = await runPart({ keepInputs: hasRoom });
      canReuse ??= hasRoom && (await canBeginAbove(whole, trunk, (firstBlock) => runPart({ firstBlock })));
      if (!canReuse) run.options.onEvent?.({ kind: 'note', text: hasRoom ? noReuse : noRoom });
    }
    for (const block of missing) {
      const firstBlock = canReuse === true ? block : 0;
      const slope = await findSlope((factor) => runPart({ firstBlock, attenuate: { block, factor } }));
      const isFinite = Number.isFinite(slope);
      journal.add(identify(index, block), { slope: isFinite ? slope : null }, isFinite);
      onPass(++done, total);
    }
    await journal.flush();
    const measured = read(index + 1);
    if (isEnough?.({ slopes: measured })) return measured;
  }
  return read(windows.scoring.length);
}

async function findSlope(runAt: (factor: number) => Promise<Float32Array>): Promise<number> {
  const above = await runAt(1 + slopeStep);
  const below = await runAt(1 - slopeStep);
  const slopes = above.map((loss, token) => Math.abs(loss - (below[token] ?? NaN)) / (2 * slopeStep));
  return averageValues([slopes]).mean;
}

function readWindow(journal: Journal<Slope>, window: number, blocks: number): readonly number[] {
  return Array.from(
    { length: blocks },
    (_, block) => journal.get(identify(window, block))?.slope ?? Infinity,
  );
}

function identify(window: number, block: number): string {
  return `${window} ${block}`;
}
