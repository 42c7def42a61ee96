import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '../fixtures/makeFolder.js';

const script = join(import.meta.dirname, '..', 'fixtures', 'dieWhilePlacing.mjs');

/** What lies in a folder after the process was killed `steps` steps into giving three files their names. */
function placeUntil(steps: number, count: number, overwrite: boolean) {
  const folder = makeFolder();
  const files = Array.from({ length: count }, (_, index) => {
    const final = join(folder, `f${index}`);
    writeFileSync(`${final}.part`, 'new');
    if (overwrite) writeFileSync(final, 'old');
    return { partial: `${final}.part`, final, shown: final };
  });
  const { signal } = spawnSync(process.execPath, [
    script,
    JSON.stringify(files),
    String(overwrite),
    String(steps),
  ]);
  const contents = readdirSync(folder).map(
    (name) => [name, readFileSync(join(folder, name), 'utf8')] as const,
  );
  const named = contents.filter(([name]) => /^f\d$/.test(name));
  return {
    isDone: signal === null,
    last: named.find(([name]) => name === `f${count - 1}`)?.[1],
    named: named.map(([, content]) => content),
    all: contents.map(([, content]) => content),
  };
}

describe('A process that is killed while files get their names', () => {
  it.each([
    [true, 3],
    [false, 3],
    [true, 1],
    [false, 1],
  ])('leaves all or not the last one, and loses nothing (overwrite: %p, files: %i)', (overwrite, count) => {
    let steps = 0;
    for (; ; steps += 1) {
      const { isDone, last, named, all } = placeUntil(steps, count, overwrite);
      if (isDone) break;
      // the last one is there with the others of its kind, or not at all
      if (last !== undefined) expect(named).toEqual(Array(count).fill(last));
      // what is whole stays somewhere, under one name or another, until all of the other is in place
      const isReplaced = last === 'new';
      if (overwrite && !isReplaced) expect(all.filter((content) => content === 'old')).toHaveLength(count);
      if (!isReplaced)
        expect(all.filter((content) => content === 'new').length).toBeGreaterThanOrEqual(count);
      if (overwrite && count === 1) expect(last).toBeDefined();
    }
    expect(steps).toBeGreaterThanOrEqual(count);
  });
});
