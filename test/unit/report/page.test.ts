import { jest } from '@jest/globals';
import { lstatSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  checkPageTarget,
  readReports,
  renderPage,
  writePage,
  type AnyReport,
  type EvalReport,
} from '../../../src/report/index.js';
import { makeEvalReport, makeGeneration, makeSpeed, makeTask, makeText } from '../../fixtures/evalReport.js';
import { makeFolder } from '../../fixtures/makeFolder.js';
import { makeEvaluation, makeReport } from '../../fixtures/runReport.js';
import { makeFullRun } from '../../fixtures/fullRun.js';

const containing = (part: string): unknown => expect.stringContaining(part);
const matching = (pattern: RegExp): unknown => expect.stringMatching(pattern);

const titles = (page: string) =>
  [...page.matchAll(/<h2 id="[^"]*">([^<]*)<\/h2>/g)].map(([, title]) => title);

const evaluation = (changes: Partial<EvalReport> = {}): EvalReport => ({
  ...makeEvalReport(changes),
  limits: [],
});

// Vega says so where a plot is not the one that was meant
let warn: jest.SpiedFunction<typeof console.warn>;
beforeEach(() => {
  warn = jest.spyOn(console, 'warn');
});
afterEach(() => {
  expect(warn).not.toHaveBeenCalled();
  warn.mockRestore();
});

describe('The page of a run', () => {
  it('has a section for everything that was found', async () => {
    expect(titles(await renderPage([makeFullRun(4)]))).toEqual([
      'Before and after',
      'What they write',
      'How much each block matters',
      'How alike the states between blocks are',
      'Damage by number of blocks',
      'Healing',
      'Where the bytes are',
      'To repeat this',
    ]);
  });

  it('leaves out what was not', async () => {
    const blocks = makeFullRun(3).blocks.map((block) => ({ ...block, score: null }));
    const page = await renderPage([makeReport({ blocks })]);
    expect(titles(page)).toEqual(['Where the bytes are', 'To repeat this']);
    expect(page).toContain('Chosen, and not written');
  });

  it('begins with the verdict and the key figures', async () => {
    const page = await renderPage([makeFullRun(4)]);
    expect(page).toMatch(/<p class="verdict good">Slightly worse\.<\/p><dl class="tiles">/);
    expect(page).toMatch(/<dt>perplexity<\/dt><dd>22\.0<\/dd><dd class="change">\+10 %<\/dd>/);
  });

  it('shows evaluations of the file that was written', async () => {
    const run = makeFullRun(4);
    const { model, output } = run;
    const of = evaluation({
      original: model,
      model: { ...model, file: output!.file, bytes: output!.bytes },
      tasks: [makeTask()],
      text: makeText(),
      generation: makeGeneration(),
      speed: makeSpeed(),
    });
    const page = await renderPage([run, of]);
    expect(titles(page)).toEqual(
      expect.arrayContaining(['On a text', 'Questions answered', 'What they write', 'Speed and memory']),
    );
    expect(page).toContain('−5.0 ± 1.2');
  });

  it('can be told from what is no number', async () => {
    const evaluated = makeEvaluation();
    const broken = { ...evaluated, after: { ...evaluated.after, perplexity: Infinity } };
    expect(await renderPage([makeFullRun(4, { evaluation: broken })])).not.toMatch(/NaN|Infinity|undefined/);
  });

  it('takes what models and files are called for text', async () => {
    const evil = '</script><img src=x onerror=alert(1)>';
    const run = makeFullRun(3);
    const page = await renderPage([
      {
        ...run,
        model: { ...run.model, name: evil, file: `${evil}.gguf` },
        evaluation: makeEvaluation({ samples: [{ prompt: evil, before: evil, after: evil }] }),
      },
    ]);
    expect(page).not.toContain('<img');
    expect(page.match(/<script/g)).toHaveLength(1);
    expect(page.match(/<\/script>/g)).toHaveLength(1);
  });

  it('lets no name turn round what stands beside it', async () => {
    const run = makeFullRun(3);
    const page = await renderPage([{ ...run, model: { ...run.model, name: 'A\u202EB' } }]);
    expect(page.slice(0, page.indexOf('<script'))).not.toContain('\u202E');
  });

  it('says where the ranges of two speeds overlap', async () => {
    const rate = (lowest: number, median: number, highest: number) => ({ lowest, median, highest });
    const { before, after, ...others } = makeEvaluation();
    const page = await renderPage([
      makeFullRun(3, {
        evaluation: {
          ...others,
          before: { ...before, prompt: rate(86, 90, 94), generation: rate(30, 31, 32) },
          after: { ...after, prompt: rate(71, 80, 102), generation: rate(36, 38, 40) },
        },
      }),
    ]);
    expect(page).toContain('<td>−11 %, ranges overlap</td>');
    expect(page).toContain('<td>+23 %</td>');
  });

  it('has no heat map of a matrix that is none', async () => {
    const ragged = [[1, 0.5], [0.5, 1], [0.2]];
    expect(titles(await renderPage([makeFullRun(2, { similarity: ragged })]))).not.toContain(
      'How alike the states between blocks are',
    );
  });

  it('stays small for the deepest models', async () => {
    const page = await renderPage([makeFullRun(128)]);
    expect(page.length).toBeLessThan(1.5e6);
  });
});

describe('The page of several runs', () => {
  it('says where they cannot be compared', async () => {
    const other = makeFullRun(4);
    const model = { ...other.model, sha256: 'cd'.repeat(32) };
    expect(await renderPage([makeFullRun(4), { ...other, model }])).toContain('2 different originals');
  });

  it('sets them side by side, told apart where their files have one name', async () => {
    const page = await renderPage([makeFullRun(4), makeFullRun(4, { dropped: [1, 2] })]);
    expect(titles(page)).toEqual([
      'Damage by number of blocks',
      'Cost at size',
      'Which blocks',
      'To repeat this',
    ]);
    expect(page).toContain('2  small.gguf');
    expect(page).toContain('All of them drop 1.');
  });
});

describe('A page', () => {
  it.each<[string, readonly AnyReport[]]>([
    ['nothing', []],
    ['two evaluations', [evaluation(), evaluation()]],
    ['runs and an evaluation', [makeFullRun(3), makeFullRun(3), evaluation()]],
  ])('is not made of %s', async (_, reports) => {
    await expect(renderPage(reports)).rejects.toMatchObject({ code: 'USAGE' });
  });

  it('is not made of a run and an evaluation of another file', async () => {
    await expect(renderPage([makeFullRun(3), evaluation({ text: makeText() })])).rejects.toMatchObject({
      code: 'USAGE',
      message: containing('is not of the file of the run'),
    });
  });

  it('has its reports in it, and is read like them', async () => {
    const file = join(makeFolder(), 'page.html');
    const run = makeFullRun(3, { invocation: ['a </script> b.gguf'] });
    await writePage(file, [run]);
    expect(await readReports(file)).toEqual([run]);
  });

  it('is written where a link leads, and not where it leads nowhere', async () => {
    const folder = makeFolder();
    const file = join(folder, 'page.html');
    await writePage(file, [makeFullRun(3)]);
    symlinkSync(file, join(folder, 'link.html'));
    symlinkSync(join(folder, 'none.html'), join(folder, 'dangling.html'));
    await writePage(join(folder, 'link.html'), [makeFullRun(4)]);
    expect(lstatSync(join(folder, 'link.html')).isSymbolicLink()).toBe(true);
    expect((await readReports(file))[0]).toMatchObject({ blocks: { length: 4 } });
    await expect(writePage(join(folder, 'dangling.html'), [makeFullRun(3)])).rejects.toMatchObject({
      code: 'OUTPUT',
      message: containing('leads nowhere'),
    });
  });

  it('does not replace a file that only quotes one', async () => {
    const file = join(makeFolder(), 'notes.html');
    writeFileSync(file, '<!doctype html>\n<!-- <meta name="generator" content="prune-gguf 1"> -->');
    await expect(writePage(file, [makeFullRun(3)])).rejects.toMatchObject({ code: 'OUTPUT' });
  });

  it('replaces a page of this tool, and no other file', async () => {
    const folder = makeFolder();
    const mine = join(folder, 'mine.html');
    writeFileSync(mine, '<p>Dear diary</p>');
    await expect(writePage(mine, [makeFullRun(3)])).rejects.toMatchObject({ code: 'OUTPUT' });
    expect(readFileSync(mine, 'utf8')).toBe('<p>Dear diary</p>');
    const file = join(folder, 'page.html');
    await writePage(file, [makeFullRun(3)]);
    await writePage(file, [makeFullRun(4)]);
    expect((await readReports(file))[0]).toMatchObject({ blocks: { length: 4 } });
  });

  it.each([
    ['page.txt', 'USAGE', /should end in \.html/],
    ['no/such/folder/page.html', 'OUTPUT', /does not exist/],
  ])('is not put at %s', async (name, code, message) => {
    await expect(checkPageTarget(join(makeFolder(), name))).rejects.toMatchObject({
      code,
      message: matching(message),
    });
  });
});

describe('A saved report', () => {
  const save = (text: string) => {
    const file = join(makeFolder(), 'run.json');
    writeFileSync(file, text);
    return file;
  };

  it('is read back', async () => {
    expect(await readReports(save(JSON.stringify(makeFullRun(3))))).toEqual([makeFullRun(3)]);
  });

  it.each([
    ['{', 'neither JSON nor a page'],
    ['<!doctype html><p>Hello', 'a page without the data'],
    ['null', 'no report of prune-gguf'],
    ['{"schema":"constructor"}', 'no report of prune-gguf'],
    [JSON.stringify({ ...makeFullRun(3), blocks: 7 }), '/blocks must be array'],
  ])('is refused where it is none (%#)', async (text, reason) => {
    await expect(readReports(save(text))).rejects.toMatchObject({
      code: 'DATA',
      message: containing(reason),
    });
  });

  it('is missed by name', async () => {
    await expect(readReports('no-such.json')).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  });
});
