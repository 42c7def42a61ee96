import {
  checkBudget,
  checkDemand,
  checkPlanned,
  findWithinBudget,
  type Budget,
  type BudgetStep,
  type DropFigures,
} from '../../../src/select/index.js';

/** A model of 10 MB of which each block is one, half as much damage, and a tenth of the time. */
function figuresOf(blocks: number): DropFigures {
  return {
    bytes: 1e7 - 1e6 * blocks,
    speedup: 1 / (1 - 0.1 * blocks),
    perplexityIncrease: 0.2 * blocks ** 2,
    kl: 0.1 * blocks,
  };
}

function makeSteps(most = 5) {
  let taken = 0;
  async function* list(): AsyncGenerator<BudgetStep> {
    for (let blocks = 1; blocks <= most; blocks++) {
      taken = blocks;
      yield await Promise.resolve({
        dropped: Array.from({ length: blocks }, (_, i) => i),
        droppedAttention: [],
        figures: figuresOf(blocks),
      });
    }
  }
  return { steps: list(), taken: () => taken };
}

const find = async (budget: Budget, most?: number) => {
  const { steps, taken } = makeSteps(most);
  const { found, tried } = await findWithinBudget(steps, budget);
  return { blocks: found.dropped.length, tried: tried.length, taken: taken() };
};

describe('Within a budget', () => {
  it.each<[Budget, number, number]>([
    [{ maxBytes: 7.5e6 }, 3, 3],
    [{ maxBytes: 7e6 }, 3, 3],
    [{ minSpeedup: 1.3 }, 3, 3],
    [{ maxBytes: 9e6, minSpeedup: 1.5 }, 4, 4],
    [{ maxBytes: 8e6, maxKl: 0.25 }, 2, 2],
  ])('%j takes as few blocks as reach it: %i', async (budget, blocks, tried) => {
    expect(await find(budget)).toEqual({ blocks, tried, taken: tried });
  });

  it.each<[Budget, number, number]>([
    [{ maxKl: 0.25 }, 2, 3],
    [{ maxPerplexityIncrease: 0.2 }, 1, 2],
    [{ maxPerplexityIncrease: 4, maxKl: 0.35 }, 3, 4],
    [{ maxKl: 99 }, 5, 5],
  ])('%j takes as many as it allows, and tries one more: %i', async (budget, blocks, tried) => {
    expect(await find(budget)).toEqual({ blocks, tried, taken: tried });
  });

  it.each<[Budget, string]>([
    [{ maxKl: 0.05 }, 'without one block the divergence is 0.100 nats, more than 0.05.'],
    [{ maxPerplexityIncrease: 0.1 }, 'without one block perplexity grows by 20.0 %, more than 10.0 %.'],
    [
      { maxBytes: 6e6, maxKl: 0.25 },
      'without 3 blocks the divergence is 0.300 nats, more than 0.25, and still the file has 7.0 MB, more than 6.0 MB.',
    ],
    [{ maxBytes: 1e6 }, 'without 5 blocks, the most that can go, the file has 5.0 MB, more than 1.0 MB.'],
    [
      { minSpeedup: 3 },
      'without 5 blocks, the most that can go, it is 2.00 times as fast, less than 3 times.',
    ],
  ])('%j no drop is found, and it is said what the last one lacks or costs', async (budget, said) => {
    await expect(find(budget)).rejects.toMatchObject({
      code: 'BUDGET',
      message: `No drop is within the budget: ${said}`,
    });
  });

  it('a number of blocks that all cost too much does not hide a larger one that does not', async () => {
    const kls = [0.5, 0.1, 0.4, 0.05];
    const uneven = async function* (): AsyncGenerator<BudgetStep> {
      for (const [i, kl] of kls.entries()) {
        const dropped = Array.from({ length: i + 1 }, (_, block) => block);
        yield await Promise.resolve({ dropped, droppedAttention: [], figures: { ...figuresOf(i + 1), kl } });
      }
    };
    const { found, tried } = await findWithinBudget(uneven(), { maxKl: 0.2 });
    expect([found.dropped.length, tried.length]).toEqual([2, 3]);
    await expect(findWithinBudget(uneven(), { maxKl: 0.08 })).rejects.toMatchObject({
      message: 'No drop is within the budget: without 2 blocks the divergence is 0.100 nats, more than 0.08.',
    });
  });

  it('a cost that is no number is too much, and a speed that is none too little', async () => {
    const broken = async function* (): AsyncGenerator<BudgetStep> {
      yield await Promise.resolve({
        dropped: [0],
        droppedAttention: [],
        figures: { ...figuresOf(1), kl: NaN, speedup: null },
      });
    };
    await expect(findWithinBudget(broken(), { maxKl: 9 })).rejects.toMatchObject({ code: 'BUDGET' });
    await expect(findWithinBudget(broken(), { minSpeedup: 1 })).rejects.toMatchObject({ code: 'BUDGET' });
  });

  it('of a model that can spare no block nothing is found', async () => {
    await expect(find({ maxKl: 1 }, 0)).rejects.toMatchObject({
      message: 'No block of this model can be dropped.',
    });
  });
});

describe('A demand that is met already', () => {
  it.each<[Budget, string]>([
    [{ maxBytes: 2e8 }, 'it has 98.4 MB, and may have as much as 200.0 MB'],
    [{ maxBytes: 98.4e6, maxKl: 1 }, 'it has 98.4 MB, and may have as much as 98.4 MB'],
    [{ minSpeedup: 1 }, 'it is to be 1 times as fast as it is'],
    [
      { maxBytes: 2e8, minSpeedup: 1 },
      'it has 98.4 MB, and may have as much as 200.0 MB, and it is to be 1 times as fast as it is',
    ],
  ])('is refused: %j', (budget, met) => {
    expect(() => {
      checkDemand(budget, 98.4e6, 'm.gguf');
    }).toThrow(`m.gguf is within the budget as it is: ${met}. There is nothing to drop.`);
  });

  it.each<Budget>([
    { maxBytes: 98e6 },
    { minSpeedup: 1.1 },
    { maxBytes: 2e8, minSpeedup: 1.1 },
    { maxKl: 1 },
  ])('is not taken for one that is not: %j', (budget) => {
    expect(() => {
      checkDemand(budget, 98.4e6, 'm.gguf');
    }).not.toThrow();
  });
});

describe('A planned file', () => {
  it('is refused where it is larger than its budget', () => {
    const check = (bytes: number) => () => {
      checkPlanned({ maxBytes: 7e6 }, bytes);
    };
    expect(check(7e6)).not.toThrow();
    expect(check(7.2e6)).toThrow('The file would have 7.2 MB, more than 7.0 MB. It is not written.');
    expect(() => {
      checkPlanned({ maxKl: 1 }, 1e12);
    }).not.toThrow();
  });
});

describe('A bound', () => {
  it.each<[Budget, string]>([
    [{ minSpeedup: 0.5 }, '--min-speedup must be 1 or more, such as 1.3 for 30 % faster; not 0.5.'],
    [{ minSpeedup: NaN }, '--min-speedup must be 1 or more, such as 1.3 for 30 % faster; not NaN.'],
    [{ maxKl: -1 }, '--max-kl must be 0 or more, such as 0.2; not -1.'],
    [
      { maxPerplexityIncrease: -0.1 },
      '--max-perplexity-increase must be 0 % or more, such as 15%; not -10 %.',
    ],
    [{ maxBytes: 0 }, 'The most bytes must be more than 0, not 0.'],
  ])('%j is refused', (budget, message) => {
    expect(() => {
      checkBudget(budget);
    }).toThrow(expect.objectContaining({ code: 'USAGE', message }) as Error);
  });
});
