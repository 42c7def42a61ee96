import yargs from 'yargs';
import { cancelSignal } from '../../../src/cli/cancel.js';
import {
  backendOptions,
  evalOptions,
  outputOptions,
  pageOption,
  type MeasureArgs,
} from '../../../src/cli/options/index.js';
import { toAmount, toBytes, toEvalRequest, toRunOptions } from '../../../src/cli/request.js';

const NOTHING = { ratio: undefined, blocks: undefined, drop: undefined };

const usage = (message: string) =>
  expect.objectContaining({ name: 'PruneError', code: 'USAGE', message }) as Error;

describe('How much to drop', () => {
  it.each([
    [{}, undefined],
    [{ ratio: 0.1 }, { ratio: 0.1 }],
    [{ ratio: 0 }, { ratio: 0 }],
    [{ blocks: 3 }, { blocks: 3 }],
    [{ blocks: 0 }, { blocks: 0 }],
    [{ drop: '21-23,31' }, { drop: [21, 22, 23, 31] }],
    [{ 'max-size': '90MB' }, { budget: { maxBytes: 90e6 } }],
    [{ 'min-speedup': 1.3, 'max-kl': 0.2 }, { budget: { minSpeedup: 1.3, maxKl: 0.2 } }],
    [{ 'drop-attention': '13,25' }, { drop: [], dropAttention: [13, 25] }],
    [
      { drop: '4', 'drop-attention': '5-6' },
      { drop: [4], dropAttention: [5, 6] },
    ],
    [{ 'max-perplexity-increase': '15%' }, { budget: { maxPerplexityIncrease: 0.15 } }],
  ])('is taken from %j', (args, amount) => {
    expect(toAmount({ ...NOTHING, ...args })).toEqual(amount);
  });

  it.each([
    [{ ratio: 0.1, blocks: 3 }, '--ratio and --blocks'],
    [{ ratio: 0, drop: '1' }, '--ratio and --drop'],
    [{ blocks: 0, drop: '1' }, '--blocks and --drop'],
    [{ blocks: 3, drop: '' }, '--blocks and --drop'],
    [{ ratio: 0.1, blocks: 3, drop: '1' }, '--ratio and --blocks and --drop'],
    [{ blocks: 3, 'max-kl': 0.2 }, '--blocks and --max-kl'],
    [{ ratio: 0.1, 'max-size': '90M', 'min-speedup': 2 }, '--ratio and --max-size and --min-speedup'],
  ])('is refused where it is said twice: %j', (args, names) => {
    expect(() => toAmount({ ...NOTHING, ...args })).toThrow(
      usage(`${names} exclude each other: each says how much to drop. Give one of them.`),
    );
  });

  it.each([
    ['', ''],
    ['3-', '3-'],
    ['1;2', '1;2'],
    ['29-21', '29-21'],
    ['all', 'all'],
  ])('is refused where the list of blocks is no list: %j', (drop, part) => {
    expect(() => toAmount({ ...NOTHING, drop })).toThrow(
      usage(`"${part}" is neither a block nor a range of blocks. A list looks like this: 21-29,31.`),
    );
  });
});

describe('What the perplexity may grow by', () => {
  it.each(['15', '%', '-3%', '1e2%', 'much'])('must be a number of per cent, not %j', (text) => {
    expect(() => toAmount({ 'max-perplexity-increase': text })).toThrow(
      usage(`--max-perplexity-increase must be a number of per cent such as 15%, not "${text}".`),
    );
  });
});

describe('The size of a file', () => {
  it.each([
    ['500M', 500e6],
    ['1GB', 1e9],
    ['2G', 2e9],
    ['2g', 2e9],
    ['0.05G', 50e6],
    ['1.5m', 1.5e6],
    [undefined, undefined],
  ])('is read as llama.cpp reads it: %s is %p bytes', (size, bytes) => {
    expect(toBytes(size)).toBe(bytes);
  });

  it.each([
    '',
    '0G',
    '0.0000001M',
    '500',
    'M',
    '-1G',
    '+1G',
    '1K',
    '1 G',
    '1e3M',
    '1KB',
    '1,5G',
    '9999999G',
    'x\u001b',
  ])('is refused where it is none: %j', (size) => {
    expect(() => toBytes(size)).toThrow(
      expect.objectContaining({
        code: 'USAGE',
        message: expect.stringMatching(/such as 500M or 2G, not "[^\p{Cc}]*"\.$/u) as string,
      }) as Error,
    );
  });
});

describe('The options of a run', () => {
  const ARGS: MeasureArgs = {
    metric: 'block-influence',
    calibration: 'mine.txt',
    windows: 4,
    'window-tokens': 64,
    exact: true,
    gpu: 'vulkan',
    'gpu-layers': 0,
    rpc: '10.0.0.1:50052,10.0.0.2:50052',
    threads: 1,
    json: undefined,
    quiet: false,
  };

  it('are taken from the arguments, with the signal of Ctrl-C', () => {
    expect(toRunOptions(ARGS)).toEqual({
      calibration: 'mine.txt',
      windows: 4,
      windowTokens: 64,
      exact: true,
      gpu: 'vulkan',
      gpuLayers: 0,
      rpc: ['10.0.0.1:50052', '10.0.0.2:50052'],
      threads: 1,
      signal: cancelSignal,
      invocation: process.argv.slice(2),
    });
    expect(cancelSignal.aborted).toBe(false);
  });

  it('leave open what was not said', () => {
    const options = toRunOptions({
      ...ARGS,
      calibration: undefined,
      threads: undefined,
      'gpu-layers': undefined,
    });
    expect(options).toMatchObject({ calibration: undefined, threads: undefined, gpuLayers: undefined });
  });

  it.each([
    ['threads', 0, 1],
    ['threads', 1.5, 1],
    ['threads', NaN, 1],
    ['gpu-layers', -1, 0],
    ['gpu-layers', Infinity, 0],
  ])('refuse --%s %d', (name, value, least) => {
    expect(() => toRunOptions({ ...ARGS, [name]: value })).toThrow(
      usage(
        `--${name} must be a whole number from ${least} on${Number.isNaN(value) ? '' : `, not ${value}`}.`,
      ),
    );
  });
});

describe('The questions of an evaluation', () => {
  const ask = async (...args: readonly string[]) =>
    toEvalRequest(
      await yargs(args)
        .options({ ...evalOptions, ...backendOptions, ...outputOptions, ...pageOption })
        .parseAsync(),
    ).tasks;

  it('are those of the tasks that are named, each once', async () => {
    const source = { kind: 'folder', path: 'data' };
    expect(await ask('--tasks', 'mmlu, piqa,mmlu', '--data', 'data')).toMatchObject([
      { task: 'mmlu', source },
      { task: 'piqa', source },
    ]);
    expect(await ask()).toEqual([]);
  });

  it.each([
    [['--tasks', '', '--data', 'data'], '--tasks names no task. Write some such as mmlu,hellaswag.'],
    [['--data', 'data'], '--data says where questions are, but --tasks does not say which to ask.'],
    [
      ['--tasks', 'mmlu'],
      '--tasks mmlu needs its data: --data FOLDER, --data mmlu=FILE, or --data hf: to fetch it.',
    ],
  ])('are not none by mistake: %j', async (args, message) => {
    await expect(ask(...args)).rejects.toEqual(usage(message));
  });
});
