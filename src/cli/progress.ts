import cliProgress from 'cli-progress';
import { formatBytes, type RunEvent } from '../index.js';
import { allowEndingEarly, endEarlySignal } from './cancel.js';
import { createLongRunWarning, type LongRunOptions } from './longRun.js';
import { describeModel, describeRun, describeSettled } from './sentences.js';
import { formatSeconds, stages, type Unit } from './stages.js';

/** A stage that is shorter than this is not worth a bar, in milliseconds. */
const shortStage = 1000;

/** Between two plain lines of one stage, in milliseconds. */
const plainInterval = 10_000;

export interface ProgressLines {
  /** @param detail what is known so far, beside the time */
  update(title: string, done: number, total: number, unit: Unit, detail?: string): void;
  note(text: string): void;
  /** Ends the bar in progress, so that something else can be printed. */
  end(): void;
}

/** Feeds the events of a run to progress lines. */
export function showEvents(progress: ProgressLines, options: LongRunOptions = {}): (event: RunEvent) => void {
  const warnOfLongRun = createLongRunWarning((text) => {
    progress.note(text);
  }, options);
  const sayEnding = () => {
    progress.note('Ending with the best so far; Ctrl-C again cancels.');
  };
  endEarlySignal.addEventListener('abort', sayEnding, { once: true });
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
        allowEndingEarly(event.stage === 'train' && event.done < event.total);
        const { title, unit } = stages[event.stage];
        const part = event.part ? ` (${event.part})` : '';
        progress.update(`${title}${part}`, event.done, event.total, unit, event.detail);
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
    update(title, done, total, unit, detail) {
      if (current?.title !== title) {
        end();
        current = start(title, done, total, unit);
      }
      current.done = done;
      const time = join(describeTime(current, done, total), detail);
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
    update(title, done, total, unit, detail) {
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
      const time = join(describeTime(begun, done, total), detail);
      stream.write(`${title}: ${describeAmount(done, total, unit)}  ${time}\n`);
    },
    note(text) {
      stream.write(`${text}\n`);
    },
    end: () => undefined,
  };
}

const join = (time: string, detail = '') => [time, detail].filter(Boolean).join('  ');

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
