// The main job on a real model: brings SmolLM2-135M, prunes it, prints the report.
//   --write   also puts what was printed into README.md, and a picture of the page into docs/report/
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { bringSampleModels } from './sample-models.mjs';

const root = path.resolve(import.meta.dirname, '..');
const output = path.join(root, 'build', 'demo', 'SmolLM2-135M-Instruct.Q4_1.pruned-27of30.gguf');
const isWriting = process.argv.includes('--write');

/** The result as the README shows it: without the middle of the table of blocks, and without this machine's folders. */
function writeReadme(printed) {
  const lines = printed
    .replaceAll(`${path.dirname(output)}${path.sep}`, '')
    .trim()
    .split('\n');
  const isDull = (line) => /^ +(?:[4-9]|1[0-3]|2[0-7]) {2}█/.test(line) && !line.includes('drop');
  const shown = lines.flatMap((line, i) =>
    isDull(line) ? (isDull(lines[i - 1] ?? '') ? [] : ['    …']) : [line],
  );
  const file = path.join(root, 'README.md');
  const [head, rest] = readFileSync(file, 'utf8').split('<!-- demo -->\n');
  const tail = rest.split('<!-- /demo -->')[1];
  writeFileSync(file, `${head}<!-- demo -->\n\n\`\`\`\n${shown.join('\n')}\n\`\`\`\n\n<!-- /demo -->${tail}`);
}

/** The top of the page, as a desktop shows it. */
async function takePicture(page, picture) {
  const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  try {
    const tab = await browser.newPage({ viewport: { width: 820, height: 1180 }, colorScheme: 'light' });
    await tab.goto(pathToFileURL(page).href);
    mkdirSync(path.dirname(picture), { recursive: true });
    await tab.screenshot({ path: picture });
  } finally {
    await browser.close();
  }
}

try {
  const [model] = await bringSampleModels(['smollm2']);
  mkdirSync(path.dirname(output), { recursive: true });
  const bin = path.join(root, 'dist', 'cli', 'bin.js');
  const args = [bin, model, '--blocks', '3', '--output', output, '--overwrite'];
  console.error(`\nprune-gguf ${path.basename(model)} --blocks 3\n`);
  const { status, stdout } = spawnSync(process.execPath, args, {
    stdio: ['inherit', isWriting ? 'pipe' : 'inherit', 'inherit'],
    encoding: 'utf8',
  });
  process.exitCode = status ?? 1;
  if (isWriting && status === 0) {
    console.log(stdout);
    writeReadme(stdout);
    const page = output.replace(/gguf$/, 'html');
    await takePicture(page, path.join(root, 'docs', 'report', 'smollm2.png'));
  }
} catch (error) {
  console.error(`demo: ${error.message}`);
  process.exitCode = 1;
}
