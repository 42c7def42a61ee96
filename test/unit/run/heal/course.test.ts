import type { Model } from '../../../../src/native/index.js';
import { createCourse } from '../../../../src/run/heal/course.js';

/** Says what is run, as `block of stream`; overridden blocks with a star, bypassed ones with a dash. */
function watch() {
  const done: string[] = [];
  const model = {
    runBlock({ block, stream, overridden = false, bypassed = false }: Parameters<Model['runBlock']>[0]) {
      done.push(`${block}${overridden ? '*' : ''}${bypassed ? '-' : ''} of ${stream}`);
      return Promise.resolve(undefined);
    },
    copyStream(from: number, to: number) {
      done.push(`${from} copied to ${to}`);
      return Promise.resolve();
    },
  } as unknown as Model;
  return { model, take: () => done.splice(0) };
}

const pairs = [{ tokens: Int32Array.of(1, 2), original: 1, pruned: 2 }];
const goal = { kind: 'refit', of: 'input' } as const;

describe('The way of both streams', () => {
  it('is one up to the first block that is changed, and then two', async () => {
    const { model, take } = watch();
    const course = createCourse(
      model,
      pairs,
      { bypass: [2, 3], bypassAttention: [], overridden: true },
      new Set(),
    );
    await course.goTo({ ...goal, block: 1, until: 4 });
    expect(take()).toEqual(['0 of 1', '1 copied to 2', '1 of 1', '2 of 1', '3 of 1']);
    await course.goTo({ ...goal, block: 4, until: 5 });
    expect(take()).toEqual(['1* of 2', '4 of 1']);
  });

  it('takes the pruned stream through a first block that was refitted', async () => {
    const { model, take } = watch();
    const course = createCourse(
      model,
      pairs,
      { bypass: [1, 2], bypassAttention: [], overridden: true },
      new Set(),
    );
    await course.goTo({ ...goal, block: 0, until: 3 });
    expect(take()).toEqual(['0 of 1', '1 of 1', '2 of 1']);
    await course.goTo({ ...goal, block: 3, until: 4 });
    expect(take()).toEqual(['0* of 2', '3 of 1']);
  });

  it('goes through maps that stand for blocks, and past blocks that nothing stands for', async () => {
    const { model, take } = watch();
    const patched = new Set([1]);
    const course = createCourse(
      model,
      pairs,
      { bypass: [1, 3], bypassAttention: [], overridden: true },
      patched,
    );
    await course.goTo({ ...goal, kind: 'patch', block: 1, until: 2 });
    take();
    await course.goTo({ ...goal, block: 4, until: 5 });
    expect(take()).toEqual(['1*- of 2', '2* of 2', '2 of 1', '3 of 1', '4 of 1']);
  });
});
