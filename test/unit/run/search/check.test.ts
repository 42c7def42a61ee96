import type { PruneRequest } from '../../../../src/run/options.js';
import { checkSearch } from '../../../../src/run/search/check.js';

const check = (request: Partial<PruneRequest>, architecture = 'llama') => {
  checkSearch({ model: 'm.gguf', ...request }, architecture, 'm.gguf');
};
const usage = (message: RegExp) =>
  expect.objectContaining({ code: 'USAGE', message: expect.stringMatching(message) as string }) as Error;

describe('The seed of a search', () => {
  it.each([0, 1, 2 ** 32 - 1])('may be %d', (seed) => {
    expect(() => {
      check({ search: 'evolutionary', seed });
    }).not.toThrow();
  });

  it.each([-1, 1.5, 2 ** 32, Infinity, NaN])('is refused where it is no number of 32 bits: %d', (seed) => {
    const given = Number.isNaN(seed) ? '' : `, not ${seed}`;
    expect(() => {
      check({ search: 'evolutionary', seed });
    }).toThrow(usage(new RegExp(`^--seed must be a whole number from 0 to 4294967295${given}\\.$`)));
  });

  it.each<[Partial<PruneRequest>, RegExp]>([
    [{}, /auto draws none\. Leave it out, or give --search evolutionary\.$/],
    [{ search: 'greedy' }, /greedy draws none/],
    [{ metric: 'kl' }, /none is made here/],
    [{ amount: { drop: [1] } }, /none is made here/],
  ])('is refused where nothing is drawn: %j', (request, why) => {
    expect(() => {
      check({ ...request, seed: 5 });
    }).toThrow(usage(why));
  });
});

describe('The judge of a search', () => {
  it.each<Partial<PruneRequest>>([{}, { search: 'greedy', metric: 'kl' }, { unit: 'attention' }])(
    'may be chosen where there is one: %j',
    (request) => {
      expect(() => {
        check({ ...request, judge: 'perplexity' });
      }).not.toThrow();
    },
  );

  it.each<[Partial<PruneRequest>, string]>([
    [{ metric: 'kl' }, 'llama'],
    [{ amount: { drop: [1] } }, 'llama'],
    [{}, 'llada'],
  ])('is refused where there is none: %j of %s', (request, architecture) => {
    expect(() => {
      check({ ...request, judge: 'perplexity' }, architecture);
    }).toThrow(usage(/^--judge says what a search measures damage by, and none is made here\./));
  });
});
