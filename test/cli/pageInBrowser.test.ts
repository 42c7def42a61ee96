import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import type { AxeResults } from 'axe-core';
import { writePage, type AnyReport } from '../../dist/index.js';
import { startBrowser } from '../fixtures/browser.js';
import { makeCompareReport } from '../fixtures/compareReport.js';
import { makeEvalReport, makeGeneration, makeSpeed, makeTask, makeText } from '../fixtures/evalReport.js';
import { makeFullRun } from '../fixtures/fullRun.js';
import { makeFolder } from '../fixtures/makeFolder.js';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const screenshots = resolve('build', 'screenshots');

const evaluation = {
  ...makeEvalReport({
    tasks: [makeTask(), makeTask({ name: 'piqa', title: 'PIQA' })],
    text: makeText(),
    generation: makeGeneration(),
    speed: makeSpeed(),
  }),
  limits: [],
};

const pages: readonly (readonly [string, readonly AnyReport[]])[] = [
  ['run', [makeFullRun(30)]],
  ['deep-run', [makeFullRun(48)]],
  ['runs', [makeFullRun(30), makeFullRun(30, { dropped: [1, 2] })]],
  ['evaluation', [evaluation]],
  ['comparison', [makeCompareReport()]],
];
const widths = { desktop: 1280, phone: 390 };
const schemes = ['light', 'dark'] as const;
const views = pages.flatMap(([name]) =>
  Object.entries(widths).flatMap(([device, width]) =>
    schemes.map((scheme) => ({ name, device, width, scheme })),
  ),
);

describe('A page in a browser', () => {
  let browser: Browser;
  const folder = makeFolder();
  beforeAll(async () => {
    mkdirSync(screenshots, { recursive: true });
    browser = await startBrowser();
    for (const [name, reports] of pages) await writePage(join(folder, `${name}.html`), reports);
  });
  afterAll(() => browser.close());

  const open = async (file: string, width: number, colorScheme: (typeof schemes)[number]) => {
    const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
    const said: string[] = [];
    const asked: string[] = [];
    page.on('console', (message) => said.push(message.text()));
    page.on('pageerror', (error) => said.push(error.message));
    page.on('request', (request) => asked.push(request.url()));
    const url = pathToFileURL(file).href;
    await page.goto(url);
    return { page, said, asked: asked.filter((one) => one !== url && !one.startsWith('data:')) };
  };

  it.each(views)('shows a $name on a $device in $scheme', async ({ name, device, width, scheme }) => {
    const { page, said, asked } = await open(join(folder, `${name}.html`), width, scheme);
    try {
      await page.screenshot({ path: join(screenshots, `${name}-${device}-${scheme}.png`), fullPage: true });
      expect({ said, asked }).toEqual({ said: [], asked: [] });
      expect(await findOverflow(page)).toEqual([]);
      expect(await page.locator('figure svg:visible').count()).toBe(await page.locator('figure').count());
      await page.locator('details').evaluateAll((all) => {
        for (const one of all) one.setAttribute('open', '');
      });
      expect(await findProblems(page)).toEqual([]);
    } finally {
      await page.close();
    }
  });
});

/** What is wider than the page. */
function findOverflow(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return scrollWidth > clientWidth ? [`the page is ${scrollWidth} wide, not ${clientWidth}`] : [];
  });
}

/** What keeps readers out, by axe's rules. */
async function findProblems(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe);
  const { violations } = await page.evaluate<AxeResults>('axe.run()');
  return violations
    .filter(({ impact }) => impact !== 'minor')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`);
}
