// Stock llama.cpp as a judge of many small files, in a process of its own that may die of any of them.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { clearTimeout, setTimeout } from 'node:timers';
import { compile, ggmlFolder } from './compile.mjs';

const root = path.resolve(import.meta.dirname, '..', '..');
const folder = path.join(root, 'build', 'architectures');
const code = path.join(import.meta.dirname, 'judge.cpp');

/** A tiny model takes milliseconds; some wrong ones make llama.cpp run for ever. */
const patience = 20_000;

export class Judge {
  #tokens;
  #child;
  #answers;
  #words = '';

  /** @param tokens the window that every file is judged on */
  constructor(tokens) {
    this.#tokens = [...tokens];
  }

  /** The loss of each token but the first in stock llama.cpp, or what became of it. */
  async measure(file) {
    this.#child ?? this.#start();
    this.#words = '';
    const logits = path.join(folder, 'logits.bin');
    this.#child.stdin.write(`${file}\t${logits}\n`);
    const timer = setTimeout(() => this.#child?.kill('SIGKILL'), patience);
    const { value, done } = await this.#answers.next();
    clearTimeout(timer);
    if (done) return { failure: this.#describe('ended') };
    if (!value.startsWith('ok ')) return { failure: this.#describe(value) };
    return { losses: this.#computeLosses(readFileSync(logits), Number(value.slice(3))) };
  }

  stop() {
    this.#child?.kill('SIGKILL');
  }

  #start() {
    const program = buildJudge();
    const child = spawn(program, [ggmlFolder, ...this.#tokens.map(String)], { stdio: 'pipe' });
    child.stderr.setEncoding('utf8').on('data', (text) => (this.#words = (this.#words + text).slice(-4000)));
    child.stdin.on('error', () => undefined); // its end is told by the missing answer
    child.on('close', () => (this.#child = undefined));
    this.#child = child;
    this.#answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  }

  #describe(what) {
    const words = this.#words
      .split('\n')
      .filter((line) => /error loading|ASSERT|wrong shape|not found/.test(line));
    return [
      what,
      ...words.slice(-1).map((line) => line.replace(/^.*?(GGML_ASSERT|error loading model: )/, '$1')),
    ].join(': ');
  }

  #computeLosses(bytes, vocabulary) {
    const logits = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
    return this.#tokens.slice(1).map((token, i) => {
      const row = logits.subarray(i * vocabulary, (i + 1) * vocabulary);
      const highest = row.reduce((most, value) => Math.max(most, value), -Infinity);
      const sum = row.reduce((total, value) => total + Math.exp(value - highest), 0);
      return Math.log(sum) + highest - row[token];
    });
  }
}

function buildJudge() {
  const program = path.join(folder, 'judge');
  if (existsSync(program) && statSync(program).mtimeMs > statSync(code).mtimeMs) return program;
  mkdirSync(folder, { recursive: true });
  const source = path.join(root, 'build', 'llama.cpp');
  compile(
    code,
    program,
    [path.join(source, 'include'), path.join(source, 'ggml', 'include')],
    ['llama', 'ggml', 'ggml-base'],
  );
  return program;
}
