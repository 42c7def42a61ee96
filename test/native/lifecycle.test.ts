import { openModel } from '../../dist/index.js';
import { buildGguf, tinyLlama, writeTemp } from '../fixtures/buildGguf.js';
import { openTiny, tinyTokens } from '../fixtures/openTiny.js';
import { findAddonChildren, itOnLinux, untilEmpty } from '../fixtures/processes.js';

const request = { tokens: tinyTokens, gram: true, losses: true };

describe('A model', () => {
  it('can be closed twice', async () => {
    const model = await openTiny();
    await model.close();
    await expect(model.close()).resolves.toBeUndefined();
  });

  it('can be closed twice at once', async () => {
    const model = await openTiny();
    await expect(Promise.all([model.close(), model.close()])).resolves.toHaveLength(2);
  });

  it('fails to do anything after it was closed', async () => {
    const model = await openTiny();
    await model.close();
    const asked = [
      model.runWindow(request),
      model.tokenize('a'),
      model.measureSpeed({ prompt: tinyTokens, generate: 1 }),
    ];
    for (const outcome of await Promise.allSettled(asked)) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { name: 'PruneError' } });
    }
  });

  it('says that it was closed when it is used afterwards', async () => {
    const model = await openTiny();
    await model.close();
    await expect(model.runWindow(request)).rejects.toThrow(/closed/);
  });

  it('answers calls made at the same time one after the other', async () => {
    await using model = await openTiny();
    const sets = [[], [1], [2, 3], [0], []];
    const alone = [];
    for (const bypass of sets) alone.push(await model.runWindow({ ...request, bypass }));
    const together = await Promise.all(sets.map((bypass) => model.runWindow({ ...request, bypass })));
    expect(together).toEqual(alone);
    expect(new Set(alone.map(({ losses }) => losses.join())).size).toBe(4);
  });

  it('is not disturbed by another one that is open', async () => {
    const open = [() => openTiny({ seed: 1 }), () => openTiny({ seed: 2, blocks: 3 })] as const;
    const alone = [];
    for (const openOne of open) {
      await using model = await openOne();
      alone.push(await model.runWindow(request));
    }
    await using first = await open[0]();
    await using second = await open[1]();
    for (let round = 0; round < 3; round += 1) {
      const together = await Promise.all([first.runWindow(request), second.runWindow(request)]);
      expect(together).toEqual(alone);
    }
    expect(first.pid).not.toBe(second.pid);
    expect(alone[0]).not.toEqual(alone[1]);
  });

  itOnLinux('leaves no process behind, however often one is opened and closed', async () => {
    const file = writeTemp(buildGguf(tinyLlama({ blocks: 2 })));
    let seen = 0;
    for (let round = 0; round < 20; round += 1) {
      await using model = await openModel(file, { gpu: 'off', threads: 1, contextTokens: 64 });
      if (model.pid !== undefined && findAddonChildren().includes(model.pid)) seen += 1;
    }
    expect(seen).toBe(20);
    expect(await untilEmpty(findAddonChildren)).toEqual([]);
  });
});
