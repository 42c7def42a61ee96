import cliProgress from 'cli-progress';
import { formatBytes, type RunEvent, type Stage } from '../index.js';
import { describeModel, describeRun, describeSettled } from './sentences.js';

/** How a stage is called, and what it counts. */
const stages: Readonly<Record<Stage, { readonly title: string; readonly unit: Unit }>> = {
  hash: { title: 'Reading', unit: 'bytes' },
  load: { title: 'Loading', unit: 'share' },
  score: { title: 'Scoring', unit: 'windows' },
  weigh: { title: 'Reading weights', unit: 'blocks' },
  search: { title: 'Searching', unit: 'passes' },
  heal: { title: 'Healing', unit: 'steps' },
  write: { title: 'Writing', unit: 'bytes' },
  check: { title: 'Checking', unit: 'steps' },
  evaluate: { title: 'Evaluating', unit: 'windows' },
  download: { title: 'Downloading', unit: 'bytes' },
  text: { title: 'Reading text', unit: 'windows' },
  task: { title: 'Asking', unit: 'questions' },
  generate: { title: 'Writing', unit: 'texts' },
  compose: { title: 'Letting the model write', unit: 'tokens' },
  quantise: { title: 'Quantising', unit: 'files' },
  time: { title: 'Timing', unit: 'rounds' },
};

type Unit =
  | 'bytes'
  | 'share'
  | 'windows'
  | 'tokens'
  | 'blocks'
  | 'steps'
  | 'rounds'
  | 'questions'
  | 'texts'
  | 'files'
  | 'passes';

/** A stage that is shorter than this is not worth a bar, in milliseconds. */
const shortStage = 1000;

/** A run longer than this is announced, in minutes. */
const longRun = 10;

/** Between two plain lines of one stage, in milliseconds. */
const plainInterval = 10_000;

export interface ProgressLines {
  update(title: string, done: number, total: number, unit: Unit): void;
  note(text: string): void;
  /** Ends the bar in progress, so that something else can be printed. */
  end(): void;
}

/** Stages that may take hours: when it can be told how long, and what takes less. */
const longStages: Partial<Record<Stage, { readonly after: number; readonly advice: string }>> = {
  score: { after: 1, advice: 'Fewer windows are enough for a first look (--windows 4).' },
  search: {
    after: 12,
    advice:
      'It can be stopped, and goes on where it was. Fewer windows take less time (--windows 4), and ' +
      '--metric block-influence chooses by one pass over each alone.',
  },
};

type ProgressEvent = Extract<RunEvent, { kind: 'progress' }>;

/** Says once, as soon as it can be told, that a stage will take long, and why. */
function createLongRunWarning(note: (text: string) => void): (event: ProgressEvent) => void {
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
        `${formatSeconds(each * 60)} each. ${long.advice}`,
    );
  };
}

/** Feeds the events of a run to progress lines. */
export function showEvents(progress: ProgressLines): (event: RunEvent) => void {
  const warnOfLongRun = createLongRunWarning((text) => {
    progress.note(text);
  });
  return (event) => {
    switch (event.kind) {
      case 'note':
        progress.note(event.text);
        break;
      case 'opened':
        progress.note(describeRun(event.report));
        break;
      case 'comparing':
        progress.note(describeModel(event.original, event.backend, event.blocks));
        break;
      case 'evaluated':
        break;
      case 'chosen': {
        const settled = describeSettled(event.report);
        if (settled !== undefined) progress.note(settled);
        break;
      }
      case 'progress': {
        const { title, unit } = stages[event.stage];
        const part = event.part ? ` (${event.part})` : '';
        progress.update(`${title}${part}`, event.done, event.total, unit);
        warnOfLongRun(event);
      }
    }
  };
}

/** A bar with the time left on a terminal, plain lines elsewhere, nothing when quiet. */
export function createProgress(stream: NodeJS.WriteStream, quiet: boolean): ProgressLines {
  if (quiet) return { update: () => undefined, note: () => undefined, end: () => undefined };
  return stream.isTTY ? createBars(stream) : createPlainLines(stream);
}

interface Bar {
  readonly title: string;
  readonly started: number;
  /** What was done when it was started: a stage may go on where it was. */
  readonly from: number;
  readonly timer: NodeJS.Timeout;
  readonly bar: cliProgress.SingleBar;
  done: number;
}

function createBars(stream: NodeJS.WriteStream): ProgressLines {
  let current: Bar | undefined;
  const end = () => {
    if (current === undefined) return;
    clearTimeout(current.timer);
    if (current.bar.isActive) current.bar.stop();
    current = undefined;
  };
  const start = (title: string, from: number, total: number, unit: Unit): Bar => {
    const bar = new cliProgress.SingleBar({
      stream,
      format: `${title.padEnd(11)} {bar} {amount}  {time}`,
      barCompleteChar: '━',
      barIncompleteChar: '╌',
      barsize: 24,
      hideCursor: true,
    });
    const started = Date.now();
    const show = () => {
      bar.start(total, next.done, { amount: describeAmount(next.done, total, unit), time: '' });
    };
    const next: Bar = { title, started, from, timer: setTimeout(show, shortStage), bar, done: from };
    return next;
  };
  return {
    update(title, done, total, unit) {
      if (current?.title !== title) {
        end();
        current = start(title, done, total, unit);
      }
      current.done = done;
      const time = describeTime(current, done, total);
      if (current.bar.isActive) current.bar.update(done, { amount: describeAmount(done, total, unit), time });
      if (done >= total) end();
    },
    note(text) {
      end();
      stream.write(`${text}\n`);
    },
    end,
  };
}

function createPlainLines(stream: NodeJS.WriteStream): ProgressLines {
  let current = '';
  let begun = { started: 0, from: 0 };
  let printed = 0;
  return {
    update(title, done, total, unit) {
      const now = Date.now();
      if (current !== title) {
        current = title;
        begun = { started: now, from: done };
        printed = now;
      }
      const isLate = now - printed >= plainInterval;
      const isLongDone = done >= total && now - begun.started >= 1000;
      if (!isLate && !isLongDone) return;
      printed = now;
      stream.write(`${title}: ${describeAmount(done, total, unit)}  ${describeTime(begun, done, total)}\n`);
    },
    note(text) {
      stream.write(`${text}\n`);
    },
    end: () => undefined,
  };
}

function describeAmount(done: number, total: number, unit: Unit): string {
  if (unit === 'bytes') return `${formatBytes(done)} of ${formatBytes(total)}`;
  return unit === 'share' ? `${Math.round((100 * done) / total)} %` : `${done}/${total} ${unit}`;
}

/** Seconds so far once done; before that an estimate of what is left, by what was done since it was begun. */
function describeTime(
  { started, from }: { readonly started: number; readonly from: number },
  done: number,
  total: number,
): string {
  const elapsed = (Date.now() - started) / 1000;
  if (done >= total) return formatSeconds(elapsed);
  return done > from ? `${formatSeconds((elapsed / (done - from)) * (total - done))} left` : '';
}

function formatSeconds(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  return whole < 3600
    ? `${Math.floor(whole / 60)} min ${whole % 60} s`
    : `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
