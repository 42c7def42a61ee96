import { jest } from '@jest/globals';
import { PassThrough } from 'node:stream';
import { createProgress, showEvents, type ProgressLines } from '../../../src/cli/progress.js';
import { makeReport } from '../../fixtures/runReport.js';

/** A stream that is no terminal, or one of 80 places, and what was written to it. */
function makeStream(isTTY: boolean): { readonly stream: NodeJS.WriteStream; readonly written: () => string } {
  const chunks: string[] = [];
  const stream = new PassThrough().setEncoding('utf8').on('data', (chunk: string) => chunks.push(chunk));
  Object.assign(stream, { isTTY, columns: 80, rows: 24 });
  return { stream: stream as unknown as NodeJS.WriteStream, written: () => chunks.join('') };
}

/** Progress lines and what they wrote, line by line, without spaces at the end. */
function makeLines(): { readonly progress: ProgressLines; readonly lines: () => readonly string[] } {
  const { stream, written } = makeStream(false);
  const lines = () =>
    written()
      .split('\n')
      .slice(0, -1)
      .map((line) => line.trimEnd());
  return { progress: createProgress(stream, false), lines };
}

const pass = (seconds: number) => {
  jest.advanceTimersByTime(1000 * seconds);
};

beforeEach(() => {
  jest.useFakeTimers({ now: 1_000_000 });
});

afterEach(() => {
  jest.useRealTimers();
});

describe('Progress where there is no terminal', () => {
  it('is a line every ten seconds, with the time left', () => {
    const { progress, lines } = makeLines();
    progress.update('Scoring', 0, 16, 'windows');
    pass(9.9);
    progress.update('Scoring', 3, 16, 'windows');
    expect(lines()).toEqual([]);
    pass(0.1);
    progress.update('Scoring', 4, 16, 'windows');
    pass(5);
    progress.update('Scoring', 6, 16, 'windows');
    pass(5);
    progress.update('Scoring', 8, 16, 'windows');
    expect(lines()).toEqual(['Scoring: 4/16 windows  30 s left', 'Scoring: 8/16 windows  20 s left']);
  });

  it('ends with a line on the time taken where that was at least a second', () => {
    const { progress, lines } = makeLines();
    progress.update('Reading', 0, 2000, 'bytes');
    pass(0.9);
    progress.update('Reading', 2000, 2000, 'bytes');
    expect(lines()).toEqual([]);
    progress.update('Loading', 0, 1, 'share');
    pass(1);
    progress.update('Loading', 1, 1, 'share');
    expect(lines()).toEqual(['Loading: 100 %  1 s']);
  });

  it('counts the time of each stage from its start', () => {
    const { progress, lines } = makeLines();
    progress.update('Scoring', 0, 2, 'windows');
    pass(8);
    progress.update('Writing', 0, 100, 'bytes');
    pass(3);
    progress.update('Writing', 50, 100, 'bytes');
    expect(lines()).toEqual([]);
    pass(3);
    progress.update('Writing', 100, 100, 'bytes');
    expect(lines()).toEqual(['Writing: 100 bytes of 100 bytes  6 s']);
  });

  it('of a stage that goes on where it was tells the time left by what was done since', () => {
    const { progress, lines } = makeLines();
    progress.update('Searching', 300, 400, 'passes');
    pass(10);
    progress.update('Searching', 310, 400, 'passes');
    expect(lines()).toEqual(['Searching: 310/400 passes  1 min 30 s left']);
  });

  it('says nothing of the time left before anything is done', () => {
    const { progress, lines } = makeLines();
    progress.update('Scoring', 0, 16, 'windows');
    pass(10);
    progress.update('Scoring', 0, 16, 'windows');
    expect(lines()).toEqual(['Scoring: 0/16 windows']);
  });

  it.each([
    [59.4, '59 s'],
    [59.6, '1 min 0 s'],
    [61, '1 min 1 s'],
    [3599.4, '59 min 59 s'],
    [3599.6, '1 h 0 min'],
    [7380, '2 h 3 min'],
  ])('prints %d seconds as %s', (seconds, printed) => {
    const { progress, lines } = makeLines();
    progress.update('Timing', 0, 5, 'rounds');
    pass(seconds);
    progress.update('Timing', 5, 5, 'rounds');
    expect(lines()).toEqual([`Timing: 5/5 rounds  ${printed}`]);
  });

  it('counts bytes, shares and things', () => {
    const { progress, lines } = makeLines();
    for (const [title, done, total, unit] of [
      ['Reading', 1_500_000, 98_400_000, 'bytes'],
      ['Loading', 0.256, 1, 'share'],
      ['Checking', 1, 3, 'steps'],
    ] as const) {
      progress.update(title, 0, total, unit);
      pass(10);
      progress.update(title, done, total, unit);
    }
    expect(lines().map((line) => line.split('  ')[0])).toEqual([
      'Reading: 1.5 MB of 98.4 MB',
      'Loading: 26 %',
      'Checking: 1/3 steps',
    ]);
  });

  it('lets notes through at once', () => {
    const { progress, lines } = makeLines();
    progress.note('a note');
    progress.end();
    expect(lines()).toEqual(['a note']);
  });
});

describe('Progress on a terminal', () => {
  it('shows no bar for what takes less than a second', () => {
    const { stream, written } = makeStream(true);
    const progress = createProgress(stream, false);
    progress.update('Reading', 0, 100, 'bytes');
    pass(0.9);
    progress.update('Reading', 100, 100, 'bytes');
    pass(60);
    expect(written()).toBe('');
  });

  it('shows a bar after a second, and ends it before a note', () => {
    const { stream, written } = makeStream(true);
    const progress = createProgress(stream, false);
    progress.update('Scoring', 0, 16, 'windows');
    pass(2);
    progress.update('Scoring', 4, 16, 'windows');
    pass(1);
    expect(written()).toContain('Scoring');
    expect(written()).toContain('4/16 windows');
    progress.note('a note');
    expect(written()).toMatch(/\na note\n$/);
    const length = written().length;
    pass(60);
    expect(written()).toHaveLength(length);
  });
});

describe('Progress that is not wanted', () => {
  it.each([true, false])('writes nothing at all (terminal: %p)', (isTTY) => {
    const { stream, written } = makeStream(isTTY);
    const progress = createProgress(stream, true);
    progress.update('Scoring', 0, 16, 'windows');
    pass(60);
    progress.update('Scoring', 16, 16, 'windows');
    progress.note('a note');
    progress.end();
    expect(written()).toBe('');
  });
});

describe('The events of a run', () => {
  it('become notes and progress', () => {
    const { progress, lines } = makeLines();
    const show = showEvents(progress);
    show({ kind: 'opened', report: makeReport() });
    show({ kind: 'note', text: 'a note' });
    show({ kind: 'progress', stage: 'write', done: 0, total: 100 });
    pass(2);
    show({ kind: 'progress', stage: 'write', done: 100, total: 100 });
    show({
      kind: 'chosen',
      report: makeReport({ dropped: [1], margin: { gap: 1, standardErrors: 3 } }),
    });
    show({ kind: 'chosen', report: makeReport({ dropped: [1], margin: null }) });
    expect(lines()).toEqual([
      expect.stringMatching(/^A Model · llama · 3 blocks/),
      'a note',
      'Writing: 100 bytes of 100 bytes  2 s',
      expect.stringMatching(/^dropping 1; the choice is settled/),
    ]);
  });

  it('announce a scoring that takes longer than ten minutes, once', () => {
    const { progress, lines } = makeLines();
    const show = showEvents(progress);
    const done = (windows: number) => {
      show({ kind: 'progress', stage: 'score', done: windows, total: 16 });
    };
    done(0);
    pass(60);
    done(1);
    pass(5);
    done(2);
    expect(lines().filter((line) => line.startsWith('Scoring will take'))).toEqual([
      'Scoring will take about 16 minutes: 16 windows, of about 1 min 0 s each. Fewer windows are enough for a first look (--windows 4).',
    ]);
  });

  it('announce a long search once enough of it has been seen, and that it can be stopped', () => {
    const { progress, lines } = makeLines();
    const show = showEvents(progress);
    for (let done = 0; done <= 20; done++) {
      show({ kind: 'progress', stage: 'search', done, total: 600 });
      pass(2);
    }
    const announced = lines().filter((line) => line.startsWith('Searching will take'));
    expect(announced).toHaveLength(1);
    expect(announced[0]).toMatch(/about 20 minutes: 600 passes over windows, of about 2 s each/);
    expect(announced[0]).toMatch(/can be stopped, and goes on where it was.*--metric block-influence/);
  });

  it('say of a search that begins anew how it goes on when it is stopped', () => {
    const { progress, lines } = makeLines();
    const show = showEvents(progress, { fresh: true, hasWindows: false });
    for (let done = 0; done <= 20; done++) {
      show({ kind: 'progress', stage: 'search', done, total: 600 });
      pass(2);
    }
    expect(lines().join()).toMatch(
      /It can be stopped; without --fresh it goes on where it was; --metric block-influence chooses by a single pass over each window\./,
    );
  });

  it('announce no shorter scoring, nor another long stage', () => {
    const { progress, lines } = makeLines();
    const show = showEvents(progress);
    for (const [stage, seconds] of [
      ['score', 37],
      ['evaluate', 900],
    ] as const) {
      show({ kind: 'progress', stage, done: 0, total: 16 });
      pass(seconds);
      show({ kind: 'progress', stage, done: 1, total: 16 });
    }
    expect(lines().filter((line) => line.includes('will take'))).toEqual([]);
  });
});
