import { openModel, type Model } from '../../dist/index.js';
import { sampleModelPath } from '../../scripts/sample-models.mjs';
import { takeWindow } from '../fixtures/textWindow.js';

type Request = Omit<Parameters<Model['runWindow']>[0], 'tokens'>;

const requests: readonly Request[] = [
  { losses: true },
  { losses: true, bypass: [3] },
  { gram: true },
  { losses: true, keepInputs: true },
  { losses: true, bypass: [3, 4] },
  { losses: true, bypass: [3], keepInputs: true },
  { gram: true, bypass: [29] },
  { gram: true, losses: true },
  { losses: true, bypass: [29] },
  { gram: true, losses: true, bypass: [0] },
];

describe('A model that is asked one thing after another', () => {
  let model: Model;
  let tokens: Int32Array;
  beforeAll(async () => {
    model = await openModel(sampleModelPath('smollm2'), { gpu: 'off', contextTokens: 96 });
    tokens = await takeWindow(model, 96);
  });
  afterAll(async () => {
    await model.close();
  });

  const askAll = async (order: readonly Request[]) => {
    const answers = new Map<Request, Awaited<ReturnType<Model['runWindow']>>>();
    for (const request of order) answers.set(request, await model.runWindow({ tokens, ...request }));
    return requests.map((request) => answers.get(request));
  };

  it('gives the same numbers whatever it was asked before', async () => {
    const first = await askAll(requests);
    expect(await askAll(requests)).toEqual(first);
    expect(await askAll(requests.toReversed())).toEqual(first);
    const losses = first.flatMap((answer) => (answer?.losses.length ? [answer.losses.join(' ')] : []));
    expect(new Set(losses).size).toBe(5);
  });

  it('gives the same numbers after windows of other lengths', async () => {
    const request = { tokens, losses: true, bypass: [7] };
    const before = await model.runWindow(request);
    const short = await model.runWindow({ ...request, tokens: tokens.slice(0, 40) });
    expect(await model.runWindow(request)).toEqual(before);
    expect(await model.runWindow({ ...request, tokens: tokens.slice(0, 40) })).toEqual(short);
    expect(short.losses).not.toEqual(before.losses);
  });

  it('gives the same numbers after it was timed, which takes no account of bypassed blocks', async () => {
    const request = { tokens, gram: true, losses: true, bypass: [7] };
    const before = await model.runWindow(request);
    const { promptSeconds, generationSeconds } = await model.measureSpeed({
      prompt: tokens.slice(0, 32),
      generate: 4,
    });
    expect(Math.min(promptSeconds, generationSeconds)).toBeGreaterThan(0);
    expect(await model.runWindow(request)).toEqual(before);
  });

  it('repeats the state below in the Gram matrix where a block is bypassed', async () => {
    const { gram } = await model.runWindow({ tokens, gram: true, bypass: [7, 8] });
    const row = (state: number) => gram.slice(state * 31, (state + 1) * 31);
    expect(row(8)).toEqual(row(7));
    expect(row(9)).toEqual(row(7));
    expect(row(10)).not.toEqual(row(9));
  });
});
