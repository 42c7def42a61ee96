import { appendFileSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openJournal } from '../../../src/run/journal.js';
import { makeFolder } from '../../fixtures/makeFolder.js';

const SETTINGS = { model: 'ab'.repeat(32), context: 512 };

const open = (folder: string, settings: Readonly<Record<string, unknown>> = SETTINGS, fresh = false) =>
  openJournal<unknown>(folder, 'text', settings, fresh);

/** Writes records and returns the path of their file. */
async function keep(folder: string, records: Readonly<Record<string, unknown>>): Promise<string> {
  const journal = await open(folder);
  for (const [id, value] of Object.entries(records)) journal.add(id, value);
  await journal.flush();
  return join(folder, readdirSync(folder)[0]!);
}

describe('What was measured', () => {
  it('is there when it is asked for under the same settings again', async () => {
    const folder = makeFolder();
    const records = { '0': { scores: [[-1.5, -1.25, 3]] }, b: 'two\nlines\u2028and more', ü: null, list: [] };
    await keep(folder, records);
    const journal = await open(folder);
    for (const [id, value] of Object.entries(records)) expect(journal.get(id)).toEqual(value);
    expect(journal.get('1')).toBeUndefined();
  });

  it('is there at once, before it is in the file', async () => {
    const journal = await open(makeFolder());
    expect(journal.get('a')).toBeUndefined();
    journal.add('a', 1);
    expect(journal.get('a')).toBe(1);
    await journal.flush();
  });

  it('is there for one run alone where it is not lasting', async () => {
    const folder = makeFolder();
    const journal = await open(folder);
    journal.add('a', null, false);
    journal.add('b', 2);
    expect(journal.get('a')).toBeNull();
    await journal.flush();
    const next = await open(folder);
    expect([next.get('a'), next.get('b')]).toEqual([undefined, 2]);
  });

  it('stays over several runs, each of which adds to it', async () => {
    const folder = makeFolder();
    await keep(folder, { a: 1 });
    await keep(folder, { b: 2 });
    const file = await keep(folder, { a: 3 });
    const journal = await open(folder);
    expect([journal.get('a'), journal.get('b')]).toEqual([3, 2]);
    expect(readdirSync(folder)).toHaveLength(1);
    expect(file).toMatch(/[\\/]text-[0-9a-f]{24}\.jsonl$/);
  });

  it('keeps its order in the file, however fast it comes', async () => {
    const ids = Array.from({ length: 200 }, (_, i) => `q${i}`);
    const file = await keep(makeFolder(), Object.fromEntries(ids.map((id, i) => [id, i])));
    const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean).slice(1);
    expect(lines.map((line) => (JSON.parse(line) as { id: string }).id)).toEqual(ids);
  });

  it('is of a file of its own by kind and by settings', async () => {
    const folder = makeFolder();
    await keep(folder, { a: 1 });
    const others = [
      await open(folder, { ...SETTINGS, context: 256 }),
      await open(folder, { ...SETTINGS, stride: 3 }),
      await openJournal(folder, 'answers', SETTINGS),
    ];
    expect(others.map((journal) => journal.get('a'))).toEqual([undefined, undefined, undefined]);
    expect(readdirSync(folder)).toHaveLength(4);
    expect((await open(folder)).get('a')).toBe(1);
  });

  it.each(['a file', ...(process.platform === 'linux' ? ['/proc'] : [])])(
    'is refused in a folder that cannot be made, in %s',
    async (where) => {
      const file = join(makeFolder(), 'file');
      writeFileSync(file, '');
      const folder = join(where === 'a file' ? file : where, 'none', 'here');
      await expect(open(folder)).rejects.toMatchObject({
        code: 'OUTPUT',
        message: expect.stringContaining(folder) as string,
      });
    },
  );

  it('is forgotten where it is to be measured anew', async () => {
    const folder = makeFolder();
    await keep(folder, { a: 1, b: 2 });
    const fresh = await open(folder, SETTINGS, true);
    expect([fresh.get('a'), fresh.get('b')]).toEqual([undefined, undefined]);
    fresh.add('c', 3);
    await fresh.flush();
    const again = await open(folder);
    expect(['a', 'b', 'c'].map((id) => again.get(id))).toEqual([undefined, undefined, 3]);
  });
});

describe('A journal that was cut off', () => {
  it('at any place of its last record loses that one alone, and the next record is whole', async () => {
    const whole = readFileSync(await keep(makeFolder(), { a: 1, b: 'äö' }));
    const first = whole.indexOf('{"id":"b"');
    for (let length = first; length < whole.length - 1; length++) {
      const folder = makeFolder();
      const file = await keep(folder, { a: 1, b: 'äö' });
      truncateSync(file, length);
      const cut = await open(folder);
      expect([cut.get('a'), cut.get('b')]).toEqual([1, undefined]);
      cut.add('c', 3);
      await cut.flush();
      const again = await open(folder);
      expect(['a', 'b', 'c'].map((id) => again.get(id))).toEqual([1, undefined, 3]);
    }
  });

  it('before the end of its last line has all records', async () => {
    const folder = makeFolder();
    const file = await keep(folder, { a: 1, b: 2 });
    truncateSync(file, readFileSync(file).length - 1);
    const journal = await open(folder);
    journal.add('c', 3);
    await journal.flush();
    const again = await open(folder);
    expect(['a', 'b', 'c'].map((id) => again.get(id))).toEqual([1, 2, 3]);
  });

  it.each([0, 10])('within its first line, after %i bytes, begins anew', async (length) => {
    const folder = makeFolder();
    truncateSync(await keep(folder, { a: 1 }), length);
    const journal = await open(folder);
    expect(journal.get('a')).toBeUndefined();
    journal.add('b', 2);
    await journal.flush();
    expect((await open(folder)).get('b')).toBe(2);
  });

  it.each(['null', '7', '[]', '{}', '{"id":1,"value":2}', '{"id":"x"}', 'nonsense', '{"id":"x","value":'])(
    'passes over a line %s',
    async (line) => {
      const folder = makeFolder();
      appendFileSync(await keep(folder, { a: 1 }), `${line}\n{"id":"b","value":2}\n`);
      const journal = await open(folder);
      expect(['a', 'x', 'b'].map((id) => journal.get(id))).toEqual([1, undefined, 2]);
    },
  );

  it('with the head of another one is not read', async () => {
    const folder = makeFolder();
    const file = await keep(folder, { a: 1 });
    writeFileSync(file, readFileSync(file, 'utf8').replace('"format":1', '"format":0'));
    expect((await open(folder)).get('a')).toBeUndefined();
  });
});

describe('A folder that cannot be written', () => {
  it('is refused before anything is measured', async () => {
    const file = join(makeFolder(), 'a file\u001b');
    writeFileSync(file, '');
    await expect(open(join(file, 'eval'))).rejects.toMatchObject({
      name: 'PruneError',
      code: 'OUTPUT',
      message: expect.stringMatching(
        // eslint-disable-next-line no-control-regex
        /^What is measured cannot be kept in [^\u001b]*\\u001b[^\u001b]* Set PRUNE_GGUF_CACHE to a folder that can be written\.$/,
      ) as string,
    });
  });

  it('any more is told when what was measured must be there', async () => {
    const folder = makeFolder();
    const journal = await open(folder);
    rmSync(folder, { recursive: true });
    journal.add('b', 2);
    journal.add('c', 3);
    await expect(journal.flush()).rejects.toMatchObject({ code: 'OUTPUT' });
    expect(journal.get('b')).toBe(2);
  });
});
