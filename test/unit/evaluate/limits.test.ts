import fc from 'fast-check';
import { PruneError } from '../../../src/errors.js';
import {
  checkMeasurable,
  findNeeds,
  judgeLimits,
  limitNames,
  parseLimits,
  type Measured,
} from '../../../src/evaluate/limits.js';

const tasks = ['mmlu', 'arc-easy'];
const parse = (text: string) =>
  parseLimits(text, tasks).map(({ name, operator, form, bound }) => [name.name, operator, form, bound]);

function judge(text: string, measured: Measured) {
  const [judged] = judgeLimits(parseLimits(text, tasks), measured);
  return judged!;
}

function refusal(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(PruneError);
    expect((error as PruneError).code).toBe('USAGE');
    return (error as PruneError).message;
  }
  throw new Error('nothing was refused');
}

describe('Limits as they are written', () => {
  it.each([
    ['kld>0.1', ['kld', '>', 'absolute', 0.1]],
    ['kld99>=2', ['kld99', '>=', 'absolute', 2]],
    ['ppl>+15%', ['ppl', '>', 'change', 0.15]],
    ['ppl>+2.5', ['ppl', '>', 'difference', 2.5]],
    ['mmlu<-3', ['mmlu', '<', 'difference', -0.03]],
    ['mmlu<\u22123', ['mmlu', '<', 'difference', -0.03]],
    ['mmlu<-3%', ['mmlu', '<', 'change', -0.03]],
    ['mmlu<40', ['mmlu', '<', 'absolute', 0.4]],
    ['arc-easy<37.1%', ['arc-easy', '<', 'absolute', 0.371]],
    ['same-top<90%', ['same-top', '<', 'absolute', 0.9]],
    ['loops>0', ['loops', '>', 'absolute', 0]],
    ['drift>0.5%', ['drift', '>', 'absolute', 0.005]],
    ['repetition>+.5', ['repetition', '>', 'difference', 0.005]],
    ['speed<+5%', ['speed', '<', 'change', 0.05]],
    ['prompt-speed<20', ['prompt-speed', '<', 'absolute', 20]],
    ['size>90MB', ['size', '>', 'absolute', 90e6]],
    ['size>-10%', ['size', '>', 'change', -0.1]],
    ['memory<=1.5gb', ['memory', '<=', 'absolute', 1.5e9]],
    ['size>+10kB', ['size', '>', 'difference', 1e4]],
    [' ppl  > 30 ', ['ppl', '>', 'absolute', 30]],
  ])('%j is read', (text, expected) => {
    expect(parse(text)).toEqual([expected]);
  });

  it('are separated by commas and keep their order', () => {
    expect(parse('kld>0.1, ppl>+15% ,mmlu<-3').map(([name]) => name)).toEqual(['kld', 'ppl', 'mmlu']);
  });

  it('keep their text without spaces', () => {
    expect(parseLimits('ppl > +15%', tasks)[0]!.text).toBe('ppl>+15%');
  });

  it.each([
    ['', /empty limit.*such as ppl>\+15%/],
    ['ppl>1,', /empty limit/],
    ['pppl>1', /"pppl", which is not measured\. Did you mean ppl\?/],
    ['PPL>1', /Did you mean ppl\?/],
    ['mlmu<-3', /Did you mean mmlu\?/],
    ['hellaswag<-3', /"hellaswag".*Valid are kld,.*mmlu, arc-easy\./],
    ['ppl', /"ppl" is no limit\. A limit is a name/],
    ['ppl=3', /compares by "="; valid are >, <, >= and <=\./],
    ['ppl=>3', /compares by "=>"/],
    ['ppl>abc', /"abc" is not a number/],
    ['ppl>NaN', /"NaN" is not a number/],
    ['ppl>1e5', /"1e5" is not a number/],
    ['ppl>15%', /needs a sign, such as ppl>\+15%/],
    ['kld>0,1', /"1" after "kld>0" is no limit.*decimals are written with a point/],
    ['kld>+0.1', /kld compares with the original already.*kld>0\.1\./],
    ['same-top<-3', /compares with the original already/],
    ['kld>10%', /Valid is, for example, kld>0\.1/],
    ['same-top<0.9', /0\.9 may be a share or per cent; write 90% or 0\.9%/],
    ['loops>1', /write 100% or 1%/],
    ['drift>0.07', /write 7% or 0\.07%/],
    ['mmlu<3MB', /Valid are, for example, mmlu<40%/],
    ['size>90', /a file size needs a unit.*size>90MB/],
    ['size>90MiB', /size has no unit "MiB".*size>90MB/],
    ['ppl>3MB', /ppl has no unit "MB"/],
    ['speed<20tok', /no unit "tok"/],
    [`ppl>1${'0'.repeat(400)}`, /too large a number/],
    ['p\u001bpl>1', /"p\\u001bpl>1"/],
  ])('%j is refused, with what would be valid', (text, message) => {
    expect(refusal(() => parseLimits(text, tasks))).toMatch(message);
  });

  it('refuse whatever they cannot read by a full sentence', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[a-z9,<>=+%.0-9-]{0,20}$/)), (text) => {
        try {
          for (const { bound } of parseLimits(text, tasks)) expect(Number.isFinite(bound)).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(PruneError);
          expect((error as PruneError).message).toMatch(/\.$/);
        }
      }),
    );
  });
});

describe('What limits need', () => {
  it('is told before any work is done', () => {
    const needs = findNeeds(parseLimits('kld>0.1,mmlu<-3,mmlu<40,size>90MB', tasks));
    expect([...needs.measurements]).toEqual(['divergence', 'tasks', 'size']);
    expect(needs.tasks).toEqual(['mmlu']);
    expect(needs.ofOriginal).toEqual(['mmlu']);
    expect(needs.needsOriginal).toBe(true);
  });

  it('includes the original for comparisons and relative limits alone', () => {
    expect(findNeeds(parseLimits('ppl>30,size>90MB', tasks)).needsOriginal).toBe(false);
    expect(findNeeds(parseLimits('same-top<90%', tasks)).needsOriginal).toBe(true);
    expect(findNeeds(parseLimits('ppl>+1%', tasks)).needsOriginal).toBe(true);
  });

  it('is refused where it is not measured', () => {
    const limits = parseLimits('ppl>30,mmlu<-3', tasks);
    expect(() => {
      checkMeasurable(limits, new Set(['ppl', 'mmlu']));
    }).not.toThrow();
    const message = refusal(() => {
      checkMeasurable(limits, new Set(['ppl']), (measurement, name) => `Add --${measurement} ${name}.`);
    });
    expect(message).toBe(
      '--fail-if: mmlu<-3 is a limit on mmlu (accuracy in mmlu), which is not measured in this run. Add --tasks mmlu.',
    );
  });
});

describe('A judged limit', () => {
  it.each<readonly [string, number | undefined, number, string]>([
    ['ppl>+15%', 20, 24.6, 'perplexity rose by 23 %, more than the 15 % allowed'],
    ['ppl>30', undefined, 31.5, 'perplexity is 31.5, more than the 30 allowed'],
    ['ppl>30', undefined, 30.0000001, 'perplexity is 30.0000001, more than the 30 allowed'],
    ['ppl>30', undefined, Infinity, 'perplexity is infinite, more than the 30 allowed'],
    ['ppl>+15%', 20, Infinity, 'perplexity rose beyond measure, more than the 15 % allowed'],
    ['ppl>+0', 20, 21, 'perplexity rose by 1, and must not rise'],
    ['ppl>=+0', 20, 20, 'perplexity did not change, and must fall'],
    ['kld>=0.1', undefined, 0.1, 'mean KL divergence is 0.1, and must be below 0.1'],
    ['mmlu<-3', 0.42, 0.382, 'accuracy in mmlu fell by 3.8 points, more than the 3 points allowed'],
    ['mmlu<40%', undefined, 0.382, 'accuracy in mmlu is 38.2 %, less than the 40 % required'],
    ['speed<+5%', 50, 51, 'generation speed rose by 2 %, less than the 5 % required'],
    ['speed<+5%', 50, 49, 'generation speed fell by 2 %, and must rise by 5 % at least'],
    ['speed<+5%', 50, 50, 'generation speed did not change, and must rise by 5 % at least'],
    ['speed<=-10%', 50, 45, 'generation speed fell by 10 %, and must fall by less than 10 %'],
    ['speed<20', undefined, 12.345, 'generation speed is 12.3 tokens/s, less than the 20 tokens/s required'],
    ['size>-10%', 100, 95, 'file size fell by 5 %, less than the 10 % required'],
    ['size>90MB', undefined, 91.5e6, 'file size is 91.5 MB, more than the 90 MB allowed'],
    [
      'loops>+5',
      0.04,
      0.375,
      'share of texts that end in a loop rose by 33.5 points, more than the 5 points allowed',
    ],
    [
      'loops>+50%',
      0,
      0.2,
      'share of texts that end in a loop rose beyond measure, more than the 50 % allowed',
    ],
  ])('%s of %p and %p is broken: %s', (text, before, after, sentence) => {
    const [name = ''] = /^[a-z-]+/.exec(text) ?? [];
    expect(judge(text, { [name]: { before, after } })).toMatchObject({ broken: true, sentence });
  });

  it.each<readonly [string, number | undefined, number]>([
    ['ppl>+15%', 20, 23],
    ['mmlu<-3', 0.401, 0.371],
    ['mmlu<-3%', 1, 0.97],
    ['ppl>30', undefined, 30],
    ['same-top<90%', undefined, 0.9],
    ['loops>+50%', 0, 0],
    ['speed<-10%', 50, 45],
    ['size>90MB', undefined, 90e6],
  ])('%s of %p and %p is kept', (text, before, after) => {
    const [name = ''] = /^[a-z-]+/.exec(text) ?? [];
    expect(judge(text, { [name]: { before, after } })).toMatchObject({ broken: false, sentence: null });
  });

  it('has its value and bound', () => {
    expect(judge('ppl>+15%', { ppl: { before: 20, after: 25 } })).toMatchObject({
      limit: 'ppl>+15%',
      value: 0.25,
      bound: 0.15,
    });
  });

  it.each<readonly [string, Measured, string]>([
    ['ppl>30', {}, 'perplexity was not measured, so that ppl>30 counts as broken'],
    ['ppl>30', { ppl: { before: 20 } }, 'perplexity was not measured, so that ppl>30 counts as broken'],
    [
      'ppl>30',
      { ppl: { after: NaN } },
      'perplexity is not a number that can be compared, so that ppl>30 counts as broken',
    ],
    [
      'ppl>+15%',
      { ppl: { after: 20 } },
      'perplexity of the original was not measured, so that ppl>+15% counts as broken',
    ],
    [
      'ppl<+15%',
      { ppl: { before: Infinity, after: Infinity } },
      'perplexity is not a number that can be compared, so that ppl<+15% counts as broken',
    ],
  ])('%s of %j never passes in silence', (text, measured, sentence) => {
    expect(judge(text, measured)).toMatchObject({ broken: true, value: null, sentence });
  });

  it('is broken by a number or its absence, whatever the limit, and then says so', () => {
    const value = fc.option(fc.double(), { nil: undefined });
    const name = fc.constantFrom(...limitNames.filter(({ isComparison }) => !isComparison));
    const operator = fc.constantFrom('>', '<', '>=', '<=');
    fc.assert(
      fc.property(
        name,
        operator,
        fc.constantFrom('+5%', '-5%', '+0%'),
        value,
        value,
        (own, sign, bound, before, after) => {
          const {
            broken,
            sentence,
            value: judged,
          } = judge(`${own.name}${sign}${bound}`, {
            [own.name]: { before, after },
          });
          expect(sentence === null).toBe(!broken);
          if (judged === null) expect(broken).toBe(true);
          else expect(judged).not.toBeNaN();
          expect(sentence ?? '').not.toMatch(/NaN|undefined|null/);
        },
      ),
    );
  });

  it('is either broken or kept by an opposite limit, never both', () => {
    const number = fc.double({ min: 0, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(number, (after) => {
        const above = judge('ppl>10', { ppl: { after } }).broken;
        const below = judge('ppl<=10', { ppl: { after } }).broken;
        expect(above).toBe(!below);
      }),
    );
  });
});
