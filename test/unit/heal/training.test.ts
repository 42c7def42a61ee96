import { computeRate, drawAdapter, planTraining } from '../../../src/heal/index.js';

describe('The steps of a training', () => {
  it('take each window once before any comes again', () => {
    const { steps } = planTraining(7, 14, 2, 1);
    const order = steps.flat();
    expect(steps.map(({ length }) => length)).toEqual([2, 2, 2, 2, 2, 2, 2]);
    expect([...order.slice(0, 7)].sort()).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect([...order.slice(7)].sort()).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(order.slice(0, 7)).not.toEqual(order.slice(7));
  });

  it('are those of the seed', () => {
    expect(planTraining(20, 40, 2, 3)).toEqual(planTraining(20, 40, 2, 3));
    expect(planTraining(20, 40, 2, 3)).not.toEqual(planTraining(20, 40, 2, 4));
  });

  it('are judged often, but not more often than there are steps', () => {
    expect(planTraining(5, 3, 2, 1)).toMatchObject({ steps: { length: 2 }, judgeEvery: 1 });
    expect(planTraining(50, 480, 2, 1)).toMatchObject({ steps: { length: 240 }, judgeEvery: 15 });
  });

  it('are of matrices as they are written from one on that is judged, the last of few among them', () => {
    expect(planTraining(50, 480, 2, 1).roundFrom).toBe(60);
    expect(planTraining(50, 47, 1, 1)).toMatchObject({ judgeEvery: 3, roundFrom: 12 });
    expect(planTraining(5, 1, 1, 1).roundFrom).toBe(1);
  });
});

describe('The learning rate', () => {
  const rates = Array.from({ length: 100 }, (_, step) => computeRate(step, 100, 2));

  it('rises to its peak and falls to a tenth of it', () => {
    expect(rates[0]).toBeCloseTo(0.4);
    expect(Math.max(...rates)).toBe(2);
    expect(rates.at(-1)).toBeCloseTo(0.2, 2);
  });

  it('never falls before the peak, nor rises after it', () => {
    const peak = rates.indexOf(2);
    expect(rates.slice(0, peak + 1)).toEqual(rates.slice(0, peak + 1).sort((a, b) => a - b));
    expect(rates.slice(peak)).toEqual(rates.slice(peak).sort((a, b) => b - a));
  });

  it('is the whole of it where there is a single step', () => {
    expect(computeRate(0, 1, 2)).toBe(2);
  });
});

describe('An adapter that is yet to be trained', () => {
  const matrices = [
    { name: 'one', block: 0, inputs: 64, outputs: 32 },
    { name: 'two', block: 1, inputs: 16, outputs: 48 },
  ];

  it('adds nothing: its second half is zero', () => {
    for (const [i, { a, b }] of drawAdapter(matrices, 4, 1).entries()) {
      expect(a).toHaveLength(4 * (matrices[i]?.inputs ?? 0));
      expect(b).toEqual(new Float32Array(4 * (matrices[i]?.outputs ?? 0)));
    }
  });

  it('has a first half within 1 / √inputs, evenly', () => {
    const [{ a } = { a: new Float32Array() }] = drawAdapter(matrices, 256, 1);
    const mean = a.reduce((sum, value) => sum + value, 0) / a.length;
    const square = a.reduce((sum, value) => sum + value ** 2, 0) / a.length;
    expect(Math.max(...a.map(Math.abs))).toBeLessThanOrEqual(1 / 8);
    expect(mean).toBeCloseTo(0, 2);
    expect(square * 64 * 3).toBeCloseTo(1, 1);
  });

  it('is that of the seed', () => {
    expect(drawAdapter(matrices, 4, 1)).toEqual(drawAdapter(matrices, 4, 1));
    expect(drawAdapter(matrices, 4, 1)).not.toEqual(drawAdapter(matrices, 4, 2));
  });
});
