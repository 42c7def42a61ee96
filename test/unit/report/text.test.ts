import fc from 'fast-check';
import stringWidth from 'string-width';
import { renderBlocks, renderEvaluation, wrapText, type BlockReport } from '../../../src/report/index.js';
import { makeBlock, makeEvaluation, makeReport } from '../../fixtures/runReport.js';

const STYLE = { width: 80, mark: (line: string) => `>${line}<` };

const lines = (text: string) => text.split('\n');

describe('The table of blocks', () => {
  it('shows a bar, the score and the size of each block, and marks the dropped ones alone', () => {
    const blocks = [makeBlock(0, { score: 1 }), makeBlock(1, { dropped: true }), makeBlock(2)];
    const table = lines(renderBlocks(makeReport({ blocks }), { ...STYLE, width: 48 }));
    expect(table).toEqual([
      'block  influence           size',
      '    0  ████████   1.000  3.5 MB',
      '>    1  █▋         0.200  3.5 MB  drop<',
      '    2  ██▍        0.300  3.5 MB',
    ]);
  });

  it.each([
    [{ metric: 'x', column: 'x, nats' }, [0.5, 0.25], 'x, nats', ['0.500', '0.250']],
    [{ metric: 'x', column: 'sum' }, [123456.7, 99.4], 'sum', ['123457', '99']],
    [{ metric: 'x', column: 'sum' }, [4e9, 1e9], 'sum', ['4.00e+9', '1.00e+9']],
    [{ metric: 'x', column: 'slope' }, [0.0123, -0.0004], 'slope', ['0.0123', '-0.0004']],
    [{ metric: 'x', column: 'loss' }, [null, 0.5], 'loss', ['–', '0.500']],
    [null, [0.5, 0.25], 'influence', ['0.100', '0.200']],
  ])('shows the scores of %p', (scored, scores, title, shown) => {
    const blocks = scores.map((score, index) => makeBlock(index, { score }));
    const [head, ...rows] = lines(renderBlocks(makeReport({ scored, blocks }), STYLE));
    expect(head).toContain(title);
    expect(rows.map((row) => row.split(/ +/).at(-3))).toEqual(shown);
  });

  it('has no scores where the blocks were not measured', () => {
    const none = { blockInfluence: null, relativeMagnitude: null, angularDistance: null };
    const blocks = [makeBlock(0, none), makeBlock(1, { ...none, dropped: true })];
    expect(lines(renderBlocks(makeReport({ metric: 'reverse', scored: null, blocks }), STYLE))).toEqual([
      'block    size',
      '    0  3.5 MB',
      '>    1  3.5 MB  drop<',
    ]);
  });

  it('tells the kinds of blocks where a model has several', () => {
    const blocks = [makeBlock(0, { kind: 'sliding' }), makeBlock(1)];
    const [head, first, second] = lines(renderBlocks(makeReport({ blocks }), STYLE));
    expect(head).toContain('kind');
    expect(first).toContain('sliding');
    expect(second).toContain('full');
    const alike = renderBlocks(makeReport({ blocks: [makeBlock(0, { kind: 'sliding' })] }), STYLE);
    expect(alike).not.toMatch(/kind|sliding/);
  });

  const score = fc.double({ min: 0, max: 999, noNaN: true });
  const block: fc.Arbitrary<Partial<BlockReport>> = fc.record({
    score,
    bytes: fc.nat(),
    kind: fc.constantFrom('full', 'sliding'),
    dropped: fc.boolean(),
  });

  it('is never wider than 80 places on a terminal of 80', () => {
    fc.assert(
      fc.property(fc.array(block, { minLength: 1, maxLength: 130 }), (changes) => {
        const blocks = changes.map((own, index) => makeBlock(index, own));
        const table = lines(renderBlocks(makeReport({ blocks }), { ...STYLE, mark: (line) => line }));
        expect(Math.max(...table.map((line) => stringWidth(line)))).toBeLessThanOrEqual(80);
        expect(table).toHaveLength(blocks.length + 1);
      }),
    );
  });

  it.each([50, 60, 72, 200])('fits a terminal of %i places', (width) => {
    const blocks = [makeBlock(99, { kind: 'sliding', dropped: true }), makeBlock(100)];
    const table = lines(renderBlocks(makeReport({ blocks }), { width, mark: (line) => line }));
    expect(Math.max(...table.map((line) => stringWidth(line)))).toBeLessThanOrEqual(width);
  });
});

describe('The table of an evaluation', () => {
  it('compares before and after', () => {
    expect(lines(renderEvaluation(makeEvaluation()))).toEqual([
      '                         before    after  change',
      ' file                   98.4 MB  88.6 MB   −10 %',
      ' perplexity (held out)     20.0     22.0   +10 %',
      ' KL divergence, mean          –    0.123',
      ' same next token              –     88 %',
      ' prompt, tokens/s         1,000    1,100   +10 %',
      ' generation, tokens/s      50.0     55.0   +10 %',
    ]);
  });

  it('is never wider than 80 places', () => {
    const figure = fc.double({ min: 0, max: 1e12 });
    fc.assert(
      fc.property(figure, figure, figure, fc.nat(), (before, after, rate, bytes) => {
        const evaluation = makeEvaluation();
        const speed = { median: rate, lowest: rate, highest: rate };
        const table = renderEvaluation({
          ...evaluation,
          before: { ...evaluation.before, perplexity: before, bytes },
          after: { ...evaluation.after, perplexity: after, prompt: speed, generation: speed },
        });
        expect(Math.max(...lines(table).map((line) => stringWidth(line)))).toBeLessThanOrEqual(80);
      }),
    );
  });
});

describe('A wrapped text', () => {
  it.each([
    ['one two three four', 10, [' one two', ' three', ' four']],
    ['one two three', 80, [' one two three']],
    ['123456789 a', 10, [' 123456789', ' a']],
    ['a 12345678901234567890 b', 10, [' a', ' 12345678901234567890', ' b']],
    ['12345678901234567890 b', 10, [' 12345678901234567890', ' b']],
  ])('of %j in %i places has these lines', (text, width, expected) => {
    expect(lines(wrapText(text, width))).toEqual(expected);
  });

  it('keeps its words in order, and no line is longer than allowed but for a single long word', () => {
    const words = fc.array(fc.stringMatching(/^[a-z]{1,15}$/), { minLength: 1 });
    fc.assert(
      fc.property(words, fc.integer({ min: 5, max: 40 }), (own, width) => {
        const wrapped = lines(wrapText(own.join(' '), width));
        expect(wrapped.flatMap((line) => line.trim().split(' '))).toEqual(own);
        for (const line of wrapped) {
          expect(line).toMatch(/^ \S/);
          if (line.trim().includes(' ')) expect(line.length).toBeLessThanOrEqual(width);
        }
      }),
    );
  });
});
