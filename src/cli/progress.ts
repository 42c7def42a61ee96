import cliProgress from 'cli-progress';
import { formatBytes, type RunEvent, type Stage } from '../index.js';

/** How a stage is called, and what it counts. */
const stages: Readonly<Record<Stage, { readonly title: string; readonly unit: Unit }>> = {
  hash: { title: 'Reading', unit: 'bytes' },
  load: { title: 'Loading', unit: 'share' },
  score: { title: 'Scoring', unit: 'windows' },
  baseline: { title: 'Baseline', unit: 'windows' },
  write: { title: 'Writing', unit: 'bytes' },
  check: { title: 'Checking', unit: 'steps' },
  evaluate: { title: 'Evaluating', unit: 'windows' },
  time: { title: 'Timing', unit: 'rounds' },
};

type Unit = 'bytes' | 'share' | 'windows' | 'steps' | 'rounds';

/** A stage that is shorter than this is not worth a bar, in milliseconds. */
const shortStage = 400;

/** Between two plain lines of one stage, in milliseconds. */
const plainInterval = 10_000;

export interface ProgressLines {
  update(title: string, done: number, total: number, unit: Unit): void;
  note(text: string): void;
  /** Ends the bar in progress, so that something else can be printed. */
  end(): void;
}

/** Feeds the events of a run to progress lines. */
export function showEvents(progress: ProgressLines): (event: RunEvent) => void {
  return (event) => {
    if (event.kind === 'note') progress.note(event.text);
    if (event.kind === 'progress') {
      const { title, unit } = stages[event.stage];
      progress.update(title, event.done, event.total, unit);
    }
  };
}

/** A bar with the time left on a terminal, plain lines elsewhere, nothing when quiet. */
export function createProgress(stream: NodeJS.WriteStream, quiet: boolean): ProgressLines {
  if (quiet) return { update: () => undefined, note: () => undefined, end: () => undefined };
  return stream.isTTY ? createBars(stream) : createPlainLines(stream);
}

function createBars(stream: NodeJS.WriteStream): ProgressLines {
  let current: { title: string; started: number; bar: cliProgress.SingleBar | undefined } | undefined;
  const end = () => {
    current?.bar?.stop();
    current = undefined;
  };
  return {
    update(title, done, total, unit) {
      if (current?.title !== title) {
        end();
        current = { title, started: Date.now(), bar: undefined };
      }
      if (current.bar === undefined && Date.now() - current.started >= shortStage && done < total) {
        current.bar = new cliProgress.SingleBar({
          stream,
          format: `${title.padEnd(11)} {bar} {amount}  {time}`,
          barCompleteChar: '━',
          barIncompleteChar: '╌',
          barsize: 24,
          hideCursor: true,
          etaBuffer: 20,
        });
        current.bar.start(total, done, { amount: describeAmount(done, total, unit), time: '' });
      }
      const elapsed = (Date.now() - current.started) / 1000;
      current.bar?.update(done, { amount: describeAmount(done, total, unit), time: describeTime(elapsed, done, total) });
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
  let started = 0;
  let printed = 0;
  return {
    update(title, done, total, unit) {
      const now = Date.now();
      if (current !== title) {
        current = title;
        started = now;
        printed = now;
      }
      const isLate = now - printed >= plainInterval;
      const isLongDone = done >= total && now - started >= 1000;
      if (!isLate && !isLongDone) return;
      printed = now;
      stream.write(`${title}: ${describeAmount(done, total, unit)}  ${describeTime((now - started) / 1000, done, total)}\n`);
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

/** Seconds so far once done; before that an estimate of what is left. */
function describeTime(elapsed: number, done: number, total: number): string {
  if (done >= total) return formatSeconds(elapsed);
  return done > 0 ? `${formatSeconds((elapsed / done) * (total - done))} left` : '';
}

function formatSeconds(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  return whole < 3600 ? `${Math.floor(whole / 60)} min ${whole % 60} s` : `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
