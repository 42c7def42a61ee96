import { checkSettling, keepMeasured, settleWindows, settling } from '../../../src/run/settle.js';
import type { Run } from '../../../src/run/start.js';
import { combineSums, sumGram, type BlockScores } from '../../../src/score/index.js';
import { gramOf } from '../../fixtures/states.js';

/** Scores of so many windows in which each of three blocks turns a state by an angle, more or less by the window. */
function scoreBlocks(angles: readonly number[], windows: number, spread: number): BlockScores {
  const sums = Array.from({ length: windows }, (_, window) => {
    let turned = 0;
    const states = [0, ...angles].map((angle, block) => {
      turned += angle * (1 + spread * (((window + block) % 3) - 1));
      return [Math.cos(turned), Math.sin(turned)];
    });
    return sumGram(gramOf([states]), states.length);
  });
  return combineSums(sums, angles.length);
}

function makeRun(windows: number | 'auto'): Run {
  const scoring = Array.from({ length: 12 }, (_, i) => Int32Array.of(i, i));
  return {
    options: { windows },
    model: { description: { trunk: 3 } },
    windows: { label: 'text', scoring, heldOut: [] },
  } as unknown as Run;
}

const lowest = ({ scores }: { readonly scores: readonly number[] }) => [scores.indexOf(Math.min(...scores))];
const settle = (windows: number | 'auto' = 'auto') =>
  settleWindows(makeRun(windows), 'block-influence', lowest);

describe('Windows that are counted by what they settle', () => {
  it('are enough once the dropped blocks stand apart by three standard errors', () => {
    const isEnough = settle();
    expect(isEnough?.({ pass: scoreBlocks([0.1, 0.5, 0.6], 6, 0.05) })).toBe(true);
    expect(isEnough?.({ pass: scoreBlocks([0.1, 0.11, 0.6], 6, 0.3) })).toBe(false);
  });

  it('are no fewer than four, however alike they are', () => {
    const isEnough = settle();
    const of = (windows: number) => isEnough?.({ pass: scoreBlocks([0.1, 0.5, 0.6], windows, 1e-3) });
    expect([2, 3, 4].map(of)).toEqual([false, false, true]);
    expect(settling.leastWindows).toBe(4);
  });

  it('are not counted where their number is given', () => {
    expect(settle(16)).toBeUndefined();
  });

  it('are those alone that the run is said to be measured on', () => {
    const run = makeRun('auto');
    const kept = keepMeasured(run, { pass: scoreBlocks([0.1, 0.5, 0.6], 5, 0.05) });
    expect(kept.windows.scoring).toEqual(run.windows.scoring.slice(0, 5));
    expect(kept.windows.most).toBe(12);
    expect(
      keepMeasured(makeRun(16), { pass: scoreBlocks([0.1, 0.5, 0.6], 5, 0.05) }).windows.most,
    ).toBeUndefined();
  });
});

describe('Counting windows by the choice', () => {
  const check =
    (request: Parameters<typeof checkSettling>[0], amount: Parameters<typeof checkSettling>[1]) => () => {
      checkSettling(request, amount, 'llama', 'model.gguf');
    };

  it('is refused for a search, which goes by no scores', () => {
    expect(check({ windows: 'auto' }, { blocks: 3 })).toThrow(/Name a --metric/);
    expect(check({ windows: 'auto', metric: 'block-influence' }, { blocks: 3 })).not.toThrow();
  });

  it('is refused for a budget, which does not say how many blocks go', () => {
    const request = { windows: 'auto', metric: 'block-influence' } as const;
    expect(check(request, { budget: { maxKl: 0.1 } })).toThrow(/--blocks or --ratio/);
  });

  it('is refused where blocks are named, and nothing is chosen', () => {
    expect(check({ windows: 'auto', metric: 'kl' }, { drop: [3] })).toThrow(/they are named/);
  });

  it.each(['best-span', 'magnitude', 'reverse'] as const)(
    'is refused by %s, whose errors are not known',
    (metric) => {
      const naming = /goes by the standard errors of scores.*It works with block-influence,/;
      expect(check({ windows: 'auto', metric }, { blocks: 3 })).toThrow(naming);
    },
  );

  it('is nothing that a number of windows is asked for', () => {
    expect(check({ windows: 16, metric: 'magnitude' }, { drop: [3] })).not.toThrow();
  });
});
