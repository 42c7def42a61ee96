import { openModel, type Model } from '../../dist/index.js';
import { sampleModelPath } from '../../scripts/sample-models.mjs';
import { buildGguf, tinyLlama, writeTemp, type FixtureSpec } from '../fixtures/buildGguf.js';
import { openTiny, tinyTokens } from '../fixtures/openTiny.js';
import { findAddonChildren, itOnLinux, untilEmpty } from '../fixtures/processes.js';
import { takeWindow } from '../fixtures/textWindow.js';

/** A window that takes Gemma 3 long enough for anything to happen in the middle of it. */
async function openBusy(): Promise<readonly [Model, { tokens: Int32Array; losses: true }]> {
  const model = await openModel(sampleModelPath('gemma3'), { gpu: 'off', contextTokens: 1024 });
  return [model, { tokens: await takeWindow(model, 1024), losses: true }];
}

/** Of what was ended by the native side in the middle; what was waited for or killed has another cause. */
const ended = { name: 'PruneError', code: 'CANCELLED', cause: { code: 'NATIVE_FAILED' } };

describe('Cancelling', () => {
  it('ends a window in the middle', async () => {
    const [opened, request] = await openBusy();
    await using model = opened;
    const cancelling = new AbortController();
    const running = model.runWindow(request, { signal: cancelling.signal });
    cancelling.abort();
    await expect(running).rejects.toMatchObject(ended);
  });

  it('holds for what was done before it was heard of, too', async () => {
    await using model = await openTiny();
    const cancelling = new AbortController();
    const counting = model.tokenize('a', { signal: cancelling.signal });
    cancelling.abort();
    await expect(counting).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(await model.tokenize('a')).toHaveLength(1);
  });

  it('does not even begin what was cancelled before', async () => {
    await using model = await openTiny();
    const call = { signal: AbortSignal.abort() };
    await expect(model.runWindow({ tokens: tinyTokens }, call)).rejects.toMatchObject({ code: 'CANCELLED' });
    const { losses } = await model.runWindow({ tokens: tinyTokens, losses: true });
    expect(losses).toHaveLength(tinyTokens.length - 1);
  });

  it('one window leaves the model able to run the next', async () => {
    const [opened, request] = await openBusy();
    await using model = opened;
    const cancelling = new AbortController();
    const running = model.runWindow(request, { signal: cancelling.signal });
    cancelling.abort();
    await expect(running).rejects.toMatchObject(ended);
    const next = await model.runWindow({ tokens: request.tokens.slice(0, 16), losses: true });
    expect(next.losses).toHaveLength(15);
  });

  itOnLinux('ends the loading of a model, and the process with it', async () => {
    const cancelling = new AbortController();
    const opening = openModel(sampleModelPath('gemma3'), {
      gpu: 'off',
      signal: cancelling.signal,
      onProgress: () => {
        cancelling.abort();
      },
    });
    // even where the last of the file had been read before it heard of it
    await expect(opening).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(await untilEmpty(findAddonChildren)).toEqual([]);
  });
});

describe('A model file that llama.cpp rejects', () => {
  const spec = tinyLlama({ blocks: 2 });
  const wrongShape: FixtureSpec = {
    ...spec,
    tensors: spec.tensors.map((tensor) =>
      tensor.name === 'blk.1.attn_q.weight' ? { ...tensor, dimensions: [32, 128] } : tensor,
    ),
  };
  const noVocabulary: FixtureSpec = {
    ...spec,
    entries: spec.entries.filter(({ key }) => key !== 'tokenizer.ggml.tokens'),
  };
  const noTensor: FixtureSpec = {
    ...spec,
    tensors: spec.tensors.filter(({ name }) => name !== 'blk.1.ffn_up.weight'),
  };

  it.each<readonly [string, FixtureSpec, RegExp]>([
    ['for the shape of a tensor', wrongShape, /tensor 'blk\.1\.attn_q\.weight' has wrong shape/],
    ['for want of a vocabulary', noVocabulary, /cannot find tokenizer vocab/],
    ['for want of a tensor', noTensor, /tensor 'blk\.1\.ffn_up\.weight' not found/],
  ])('%s is refused in the words of llama.cpp', async (_, file, words) => {
    const opening = openModel(writeTemp(buildGguf(file), 'odd.gguf'), { gpu: 'off', threads: 1 });
    const message = expect.stringMatching(words) as string;
    await expect(opening).rejects.toMatchObject({ name: 'PruneError', code: 'NATIVE_FAILED', message });
    await expect(opening).rejects.toThrow(/^odd\.gguf: llama\.cpp cannot load the model: /);
    if (process.platform === 'linux') expect(await untilEmpty(findAddonChildren)).toEqual([]);
  });
});

describe('The death of the process that holds a model', () => {
  it('fails the window in progress and every call after it, and nothing else', async () => {
    const [model, request] = await openBusy();
    await using other = await openTiny();
    const running = model.runWindow(request);
    process.kill(model.pid!, 'SIGKILL');
    await expect(running).rejects.toMatchObject({ name: 'PruneError', code: 'NATIVE_CRASHED' });
    await expect(running).rejects.toThrow(/SIGKILL/);
    await expect(model.tokenize('a')).rejects.toMatchObject({ code: 'NATIVE_CRASHED' });
    await expect(model.close()).resolves.toBeUndefined();
    const { losses } = await other.runWindow({ tokens: tinyTokens, losses: true });
    expect(losses).toHaveLength(tinyTokens.length - 1);
  });

  it.each([
    ['while it is called', 0],
    ['before it is called', 300],
  ])('tells the signal, of a process that dies %s', async (_, head) => {
    await using model = await openTiny();
    process.kill(model.pid!, 'SIGABRT');
    // the event loop stands still: the process is dead, and nobody has heard of it
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, head);
    await expect(model.runWindow({ tokens: tinyTokens })).rejects.toMatchObject({
      code: 'NATIVE_CRASHED',
      message: expect.stringContaining('SIGABRT') as string,
    });
  });
});
