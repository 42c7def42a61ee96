import { gradeLimits, judgePerplexity, type Grade } from '../../../src/evaluate/index.js';

describe('The verdict', () => {
  it.each<readonly [number, Grade]>([
    [0.5, 'same'],
    [1, 'same'],
    [1.02, 'same'],
    [1.0201, 'slight'],
    [1.1, 'slight'],
    [1.1001, 'noticeable'],
    [1.5, 'noticeable'],
    [1.5001, 'severe'],
    [3, 'severe'],
    [3.0001, 'broken'],
    [1e300, 'broken'],
    [Infinity, 'broken'],
    [NaN, 'broken'],
  ])('on a perplexity %d times as high is "%s"', (ratio, grade) => {
    expect(judgePerplexity(1, ratio).grade).toBe(grade);
  });

  it('depends on the ratio alone', () => {
    expect(judgePerplexity(20, 24)).toEqual(judgePerplexity(100, 120));
    expect(judgePerplexity(8, 4).grade).toBe('same');
  });

  it('has a sentence of its own for each grade', () => {
    const sentences = [1, 1.05, 1.3, 2, 10].map((ratio) => judgePerplexity(1, ratio).sentence);
    expect(new Set(sentences).size).toBe(gradeLimits.length);
    for (const sentence of sentences) expect(sentence).toMatch(/^[A-Z].*\.$/);
  });

  it('is none where the original does no better than guessing', () => {
    expect(judgePerplexity(256, 200, 256).grade).toBe('unknown');
    expect(judgePerplexity(255, 250, 256).grade).toBe('same');
  });
});
