// Runs programs side by side and tells their time and memory.
import { spawn } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { clearInterval, setInterval } from 'node:timers';

/** How often the memory of a program is looked at, in milliseconds; each process keeps its own peak in between. */
const pollEach = 20;

/**
 * Runs a program to its end.
 * @returns seconds by the wall clock; peak memory in bytes, the sum of the peaks of all its processes (pages that several of
 *   them share count for each), NaN where the system does not tell
 * @throws Error with the end of its words where it fails
 */
export async function runProgram(command, args, { env = {} } = {}) {
  const started = performance.now();
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let words = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => (words = (words + text).slice(-20_000)));
  }
  const peaks = new Map();
  const look = () => {
    for (const pid of listTree(child.pid)) {
      const peak = readPeak(pid);
      if (peak !== undefined) peaks.set(pid, peak);
    }
  };
  const timer = setInterval(look, pollEach);
  const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  clearInterval(timer);
  const seconds = (performance.now() - started) / 1000;
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}:\n${words.slice(-2000)}`);
  const bytes = peaks.size === 0 ? NaN : [...peaks.values()].reduce((sum, peak) => sum + peak, 0);
  return { seconds, bytes, words };
}

/** A process and all that it started. */
function listTree(pid) {
  const tree = [];
  for (const waiting = [pid]; waiting.length > 0;) {
    const one = waiting.pop();
    tree.push(one);
    try {
      for (const thread of readdirSync(`/proc/${one}/task`)) {
        const text = readFileSync(`/proc/${one}/task/${thread}/children`, 'utf8');
        waiting.push(...text.trim().split(' ').filter(Boolean).map(Number));
      }
    } catch {
      // it has ended, or the system has no such folder
    }
  }
  return tree;
}

function readPeak(pid) {
  try {
    const match = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return match === null ? undefined : 1024 * Number(match[1]);
  } catch {
    return undefined;
  }
}

/**
 * Runs two things in turns, the order changing from round to round, so that a machine that slows down slows both.
 * @param rounds how many count; one before them does not
 * @returns what each gave, by round
 */
export async function takeTurns(first, second, rounds) {
  const found = { first: [], second: [] };
  for (let round = 0; round <= rounds; round++) {
    const turn = [
      ['first', first],
      ['second', second],
    ];
    for (const [name, run] of round % 2 === 0 ? turn : turn.reverse()) {
      const result = await run();
      if (round > 0) found[name].push(result);
    }
  }
  return found;
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Median and range of the ratios of rounds. */
export function compareRounds(ours, theirs) {
  const ratios = ours.map((value, round) => value / theirs[round]);
  return { median: median(ratios), least: Math.min(...ratios), most: Math.max(...ratios) };
}
