import type { RunEvent, Stage } from '../index.js';
import { formatSeconds, stages } from './stages.js';

/** A run longer than this is announced, in minutes. */
const longRun = 10;

/** What of the command a warning has to know. */
export interface LongRunOptions {
  /** Whether it measures anew what was measured before. */
  readonly fresh?: boolean | undefined;
  /** Whether `--windows` says how many windows blocks are chosen on. Default: yes. */
  readonly hasWindows?: boolean | undefined;
  /** Whether blocks could be chosen by a metric instead. Default: yes. */
  readonly hasMetric?: boolean | undefined;
}

/** Stages that may take hours: when it can be told how long, and what takes less. */
const longStages: Partial<
  Record<Stage, { readonly after: number; readonly advise: (options: LongRunOptions) => string }>
> = {
  score: { after: 1, advise: () => 'Fewer windows are enough for a first look (--windows 4).' },
  search: { after: 12, advise: adviseOnSearch },
  train: {
    after: 3,
    advise: () =>
      'Ctrl-C ends it early, and goes on with the best so far; --train-tokens says how much of it there is.',
  },
};

function adviseOnSearch({ fresh = false, hasWindows = true, hasMetric = true }: LongRunOptions): string {
  const shorter = [
    ...(hasWindows ? ['fewer windows take less time (--windows 4)'] : []),
    ...(hasMetric ? ['--metric block-influence chooses by a single pass over each window'] : []),
  ].join(', and ');
  const stopped = `It can be stopped${fresh ? '; without --fresh it' : ', and'} goes on where it was`;
  return shorter === '' ? `${stopped}.` : `${stopped}; ${shorter}.`;
}

type ProgressEvent = Extract<RunEvent, { kind: 'progress' }>;

/** Says once, as soon as it can be told, that a stage will take long, and why. */
export function createLongRunWarning(
  note: (text: string) => void,
  options: LongRunOptions,
): (event: ProgressEvent) => void {
  const started = new Map<Stage, { readonly time: number; readonly done: number }>();
  return ({ stage, done, total }) => {
    const long = longStages[stage];
    if (long === undefined) return;
    const begun = started.get(stage);
    if (begun === undefined || done < begun.done) started.set(stage, { time: Date.now(), done });
    if (begun === undefined || done - begun.done !== long.after) return;
    const { title, unit } = stages[stage];
    const each = (Date.now() - begun.time) / 60_000 / long.after;
    const minutes = each * (total - begun.done);
    if (minutes <= longRun) return;
    const one = unit === 'passes' ? 'passes over windows' : unit;
    note(
      `${title} will take about ${Math.round(minutes)} minutes: ${total} ${one}, of about ` +
        `${formatSeconds(each * 60)} each. ${long.advise(options)}`,
    );
  };
}
