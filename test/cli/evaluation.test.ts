import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv } from 'ajv';
import { evaluateFile, openModel, writePruned, type EvalReport, type EvalRequest } from '../../dist/index.js';
import { buildGguf, tinyLlama, writeTemp } from '../fixtures/buildGguf.js';
import { makeFolder } from '../fixtures/makeFolder.js';
import { runCli } from '../fixtures/runCli.js';

const models = path.resolve(import.meta.dirname, '..', 'fixtures', 'models');
const original = path.join(models, 'rwkv7-tiny.gguf');
const text = path.join(models, 'held-out.txt');
const schema = JSON.parse(readFileSync(path.resolve('schema/eval.json'), 'utf8')) as object;
const isEvalReport = new Ajv({ strict: false }).compile(schema);

const quick = ['--gpu', 'off', '--threads', '1', '--text', text, '--windows', '3', '--context', '128'];
const textOnly = [...quick, '--no-generation', '--no-speed'];

let pruned: string;
let cache: string;
beforeAll(async () => {
  pruned = path.join(makeFolder(), 'pruned.gguf');
  await using model = await openModel(original, { gpu: 'off', threads: 1 });
  await writePruned(model, [model.description.blocks.length - 1], pruned);
});
beforeEach(() => {
  cache = makeFolder();
});

const run = (args: readonly string[], more: Parameters<typeof runCli>[1] = {}) =>
  runCli(['eval', ...args], { ...more, env: { PRUNE_GGUF_CACHE: cache } });

/** A task file of questions whose right answer is always the first. */
function writeTask(rows: readonly object[]): string {
  const file = path.join(makeFolder(), 'mine.jsonl');
  writeFileSync(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  return file;
}

const questions = Array.from({ length: 12 }, (_, i) => ({
  question: `The ${i}. thing that he said was`,
  choices: ['that it was so', 'zqx', 'the', 'of the house'],
  answer: 0,
  group: i < 6 ? 'early' : 'late',
}));

describe('Evaluating a model beside its original', () => {
  it('shows text, what it writes, speed and memory, and saves all of it by the published schema', async () => {
    const json = path.join(makeFolder(), 'eval.json');
    const mine = writeTask(questions);
    const args = [pruned, '--against', original, ...quick, '--tasks', 'mine', '--data', `mine=${mine}`];
    const { code, stdout, stderr } = await run([...args, '--generated-tokens', '16', `--json=${json}`]);
    expect(stderr).toMatch(/against rwkv7-tiny\.gguf/);
    expect(code).toBe(0);
    expect(stdout).toMatch(/perplexity +[\d.]+ ± [\d.]+ +[\d.]+ ± [\d.]+ +\+/);
    expect(stdout).toMatch(/KL divergence, mean/);
    expect(stdout).toMatch(/mine +12 +25 %/);
    expect(stdout).toMatch(/What it writes: 24 prompts, 2 texts each, up to 16 tokens/);
    expect(stdout).toMatch(/peak memory +[\d.]+ MB/);
    expect(stdout).toMatch(/generation, 16 texts, tokens\/s/);

    const report = JSON.parse(readFileSync(json, 'utf8')) as EvalReport;
    isEvalReport(report);
    expect(isEvalReport.errors ?? []).toEqual([]);
    expect(report.text?.windows).toBe(3);
    expect(report.tasks[0]?.after.groups.map(({ group, questions: of }) => [group, of])).toEqual([
      ['early', 6],
      ['late', 6],
    ]);
    expect(report.generation?.written).toHaveLength(48);
    expect(report.speed?.after.batches.map(({ texts }) => texts)).toEqual([1, 4, 16]);
    expect(report.speed?.after.peakMemory).toBeGreaterThan(10e6);
  });

  it('ends with exit code 3 and says why if a limit is broken, with the result shown all the same', async () => {
    const limits = ['--fail-if', 'kld>0.00001,ppl>+1000%'];
    const { code, stdout, stderr } = await run([pruned, '--against', original, ...textOnly, ...limits]);
    expect(code).toBe(3);
    expect(stdout).toMatch(/KL divergence/);
    expect(stderr).toMatch(/mean KL divergence is [\d.]+, more than the 0\.00001 allowed\./);
    expect(stderr).not.toMatch(/ppl|perplexity rose/);
  });

  it.each([
    [['--fail-if', 'kld>0.1'], /compares with the original: name it by --against/],
    [['--fail-if', 'speed<10'], /limit on speed, but that is not measured/],
    [['--fail-if', 'kdl>0.1'], /Did you mean kld\?/],
    [['--tasks', 'mmlu'], /--tasks mmlu needs its data/],
    [['--context', '4'], /--context must be 8 to/],
    [['--stride', '0'], /stride must be 1 to 128 tokens/],
    [['--limit', '0'], /--limit must be a whole number from 1 on/],
  ])('refuses %j with exit code 2', async (args, message) => {
    const { code, stderr } = await run([original, ...textOnly, ...args]);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
  });

  it('names file and line of a malformed question', async () => {
    const mine = writeTask([...questions, { question: 'no choices' }]);
    const { code, stderr } = await run([original, ...textOnly, '--tasks', 'mine', '--data', `mine=${mine}`]);
    expect(stderr).toMatch(/line 13 of mine\.jsonl has no "choices"/);
    expect(code).toBe(1);
  });

  it('refuses an original of another vocabulary', async () => {
    const other = writeTemp(buildGguf(tinyLlama({ blocks: 4 })));
    const { code, stderr } = await run([original, '--against', other, ...textOnly]);
    expect(stderr).toMatch(/have vocabularies of \d+ and \d+ tokens, so that they cannot be compared/);
    expect(code).toBe(2);
  });
});

describe('An evaluation that was stopped', () => {
  const many = Array.from({ length: 400 }, (_, i) => ({
    ...questions[0],
    question: `Story ${i} tells that`,
  }));

  const request = (signal?: AbortSignal, onDone?: (done: number) => void): EvalRequest => ({
    model: original,
    gpu: 'off',
    threads: 1,
    text: false,
    generation: false,
    speed: false,
    tasks: [{ task: 'mine', source: { kind: 'path', path: mine } }],
    cacheFolder: cache,
    signal,
    onEvent(event) {
      if (event.kind === 'progress' && event.stage === 'task') onDone?.(event.done);
    },
  });
  let mine: string;
  beforeEach(() => {
    mine = writeTask(many);
  });

  it('keeps what was done and goes on from there to the same figures', async () => {
    const controller = new AbortController();
    let last = 0;
    const stopped = evaluateFile(
      request(controller.signal, (done) => {
        last = done;
        if (done >= 100) controller.abort();
      }),
    );
    await expect(stopped).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(last).toBeLessThan(many.length);

    let first: number | undefined;
    const resumed = await evaluateFile(request(undefined, (done) => (first ??= done)));
    expect(first).toBeGreaterThanOrEqual(100);
    const fresh = await evaluateFile({ ...request(), fresh: true });
    expect(fresh.tasks).toEqual(resumed.tasks);
  });

  it('keeps the answers of all tasks that were asked anew', async () => {
    const other = writeTask(questions);
    const tasks = [
      { task: 'mine', source: { kind: 'path', path: writeTask(many.slice(0, 20)) } },
      { task: 'other', source: { kind: 'path', path: other } },
    ] as const;
    await evaluateFile({ ...request(), tasks, fresh: true });
    const asked: (readonly [number, number])[] = [];
    await evaluateFile({
      ...request(),
      tasks,
      onEvent(event) {
        if (event.kind === 'progress' && event.stage === 'task') asked.push([event.done, event.total]);
      },
    });
    expect(asked).toEqual([
      [20, 20],
      [12, 12],
    ]);
  });

  it('by Ctrl-C ends with exit code 130', async () => {
    const tasks = ['--tasks', 'mine', '--data', `mine=${mine}`];
    const { code, stderr } = await run([original, ...textOnly, '--no-perplexity', ...tasks], {
      interruptAt: /rwkv7-tiny\.gguf:/,
    });
    expect(stderr).toMatch(/cancelled\. The same command goes on from there\.\n$/);
    expect(code).toBe(130);
  });
});
