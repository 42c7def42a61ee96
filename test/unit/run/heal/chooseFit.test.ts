import { chooseFit } from '../../../../src/run/heal/chooseFit.js';

const fit = (ridge: number, after: number) => ({ ridge, after, before: 1, bytes: new Uint8Array() });

/** Says what is measured, by ridge, and in which order. */
function measureBy(divergences: Readonly<Record<number, number>>) {
  const asked: number[] = [];
  const measure = ({ ridge }: { readonly ridge: number }) => {
    asked.push(ridge);
    return Promise.resolve(divergences[ridge] ?? NaN);
  };
  return { asked, measure };
}

describe('Among fits of one step', () => {
  const fits = [fit(0.1, 0.5), fit(1, 0.4), fit(10, 0.6), fit(100, 0.9)];

  it('the one nearest to the states is taken if it gains', async () => {
    const { asked, measure } = measureBy({ 1: 0.7 });
    expect(await chooseFit(fits, 0.8, 0.01, measure)).toMatchObject({ fit: { ridge: 1 }, divergence: 0.7 });
    expect(asked).toEqual([1]);
  });

  it('one of a larger ridge is taken where it does not', async () => {
    const { asked, measure } = measureBy({ 1: 0.9, 10: 0.79, 100: 0.7 });
    expect(await chooseFit(fits, 0.8, 0.01, measure)).toMatchObject({ fit: { ridge: 10 }, divergence: 0.79 });
    expect(asked).toEqual([1, 10]);
  });

  it('the least bad one is told where neither gains', async () => {
    const { asked, measure } = measureBy({ 1: 0.9, 10: 0.85 });
    expect(await chooseFit(fits, 0.8, 0.01, measure)).toMatchObject({ fit: { ridge: 10 }, divergence: 0.85 });
    expect(asked).toEqual([1, 10]);
  });

  it('none is measured where the nearest is hardly nearer', async () => {
    const { asked, measure } = measureBy({ 1: 0.1 });
    const hardly = [fit(0.1, 1.01), fit(1, 0.995)];
    expect(await chooseFit(hardly, 0.8, 0.01, measure)).toMatchObject({
      fit: { ridge: 1 },
      divergence: null,
    });
    expect(asked).toEqual([]);
  });
});
