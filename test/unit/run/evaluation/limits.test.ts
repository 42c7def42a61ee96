import { planLimits, checkLimits } from '../../../../src/run/evaluation/limits.js';
import type { EvalRequest } from '../../../../src/run/evaluation/options.js';
import {
  alone,
  makeEvalReport,
  makeGeneration,
  makeSpeed,
  makeTask,
  makeText,
} from '../../../fixtures/evalReport.js';

const source = { kind: 'folder', path: '.' } as const;
const MMLU = { tasks: [{ task: 'mmlu', source }] };

const plan = (failIf: string, changes: Partial<EvalRequest> = {}) =>
  planLimits({ model: 'small.gguf', against: 'model.gguf', failIf, ...changes });

const FULL = makeEvalReport({
  text: makeText(),
  tasks: [makeTask()],
  generation: makeGeneration(),
  speed: makeSpeed(),
});

const check = (failIf: string, report = FULL) => checkLimits(plan(failIf, MMLU), report);

const refuse = (message: string) => expect.objectContaining({ code: 'USAGE', message }) as unknown as Error;

describe('Limits', () => {
  it('are none where none are given', () => {
    expect(planLimits({ model: 'small.gguf' })).toEqual([]);
  });

  it.each(['kld>0.1', 'kld99>5', 'same-top<80%', 'ppl>+15%', 'ppl>+2.5', 'size>-10%', 'mmlu<-3'])(
    'as %s need an original',
    (failIf) => {
      expect(() => plan(failIf, { ...MMLU, against: undefined })).toThrow(
        refuse(`--fail-if ${failIf} compares with the original: name it by --against.`),
      );
      expect(plan(failIf, MMLU)).toHaveLength(1);
    },
  );

  it.each(['ppl>30', 'size>90MB', 'speed<20', 'mmlu<40%', 'loops>20%'])('as %s need none', (failIf) => {
    expect(plan(failIf, { ...MMLU, against: undefined })).toHaveLength(1);
  });

  it.each([
    ['kld>0.1', 'kld', { text: false }],
    ['same-top<80%', 'same-top', { text: false }],
    ['ppl>30', 'ppl', { text: false }],
    ['size>90MB,drift>20%', 'drift', { generation: false }],
    ['prompt-speed<20', 'prompt-speed', { speed: false }],
    ['memory>1GB', 'memory', { speed: false }],
  ] as const)('as %s are refused where that is turned off', (failIf, name, changes) => {
    expect(() => plan(failIf, changes)).toThrow(
      refuse(`--fail-if has a limit on ${name}, but that is not measured. Do not turn it off.`),
    );
  });

  it('on the file alone need no measurement', () => {
    expect(plan('size>90MB', { text: false, generation: false, speed: false })).toHaveLength(1);
  });

  it('on a task that is not asked are refused', () => {
    expect(() => plan('mmlu<40%')).toThrow(/which is not measured. Valid are kld, .*, memory\.$/);
  });
});

describe('What was measured', () => {
  it.each([
    ['kld>1', 0.25],
    ['kld99>4', 3.5],
    ['same-top<70%', 0.8],
    ['ppl>30', 25],
    ['ppl>+30%', 0.25],
    ['ppl>+6', 5],
    ['repetition>40%', 0.3],
    ['loops>30%', 0.25],
    ['drift>20%', 0.125],
    ['drift>+20', 0.125],
    ['prompt-speed<1000', 1100],
    ['speed<+10%', 0.2],
    ['size>-5%', -0.1],
    ['size>95MB', 90_000_000],
    ['memory>+0%', -0.1],
    ['mmlu<30%', 0.4],
    ['mmlu<-6', -0.05],
  ])('keeps %s with %d', (failIf, value) => {
    const [judged, ...others] = check(failIf);
    expect(others).toEqual([]);
    expect(judged).toMatchObject({ limit: failIf, broken: false, sentence: null });
    expect(judged!.value).toBeCloseTo(value, 12);
  });

  it('breaks limits, each with a sentence, in their order', () => {
    expect(check('kld>0.2,ppl>30,mmlu<-3').map(({ broken, sentence }) => [broken, sentence])).toEqual([
      [true, 'mean KL divergence is 0.25, more than the 0.2 allowed'],
      [false, null],
      [true, 'accuracy in mmlu fell by 5 points, more than the 3 points allowed'],
    ]);
  });

  it.each(['kld>1', 'ppl>+15%', 'ppl>99', 'loops>50%', 'speed<1', 'mmlu<1%'])(
    'and is not there breaks %s',
    (failIf) => {
      const [judged] = check(failIf, makeEvalReport());
      expect(judged).toMatchObject({ broken: true, value: null });
      expect(judged!.sentence).toContain('was not measured');
    },
  );

  it('of the model alone breaks what compares it with an original', () => {
    const report = makeEvalReport({ text: makeText(alone), original: null });
    expect(check('ppl>+15%,ppl>30,kld>1', report).map(({ broken }) => broken)).toEqual([true, false, true]);
  });

  it('of no text at all is no share that a limit could hold for', () => {
    const { after, ...others } = makeGeneration();
    const none = { ...after, drifts: { count: 0, of: 0 }, repetition: null };
    const report = makeEvalReport({ generation: { ...others, after: none } });
    expect(check('drift>90%,repetition>90%', report).map(({ broken }) => broken)).toEqual([true, true]);
  });

  it('in a task that is called as a figure is does not take its place', () => {
    const report = makeEvalReport({ tasks: [makeTask({ name: 'size' })] });
    const limits = plan('size>50MB', { tasks: [{ task: 'size', source }] });
    expect(checkLimits(limits, report)).toMatchObject([{ broken: true, value: 90_000_000 }]);
  });
});
