// Runs programs side by side and tells their time and memory.
import { spawn } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { clearInterval, setInterval } from 'node:timers';

/** How often the memory of a program is looked at, in milliseconds. */
const pollEach = 20;

/**
 * Runs a program to its end.
 * @param watched whether its memory is looked at: that takes a share of a processor, so that its time is no measure
 * @returns seconds by the wall clock; where it is watched the most memory that all its processes had at once, in bytes, with
 *   the pages of files that are mapped, NaN where the system does not tell
 * @throws Error with the end of its words where it fails
 */
export async function runProgram(command, args, { env = {}, watched = false } = {}) {
  const started = performance.now();
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let words = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => (words = (words + text).slice(-20_000)));
  }
  let bytes = NaN;
  const look = () => {
    const now = listTree(child.pid).reduce((sum, pid) => sum + readMemory(pid), 0);
    if (now > 0) bytes = Math.max(now, bytes || 0);
  };
  const timer = watched ? setInterval(look, pollEach) : undefined;
  const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  clearInterval(timer);
  const seconds = (performance.now() - started) / 1000;
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}:\n${words.slice(-2000)}`);
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

/** What a process has in memory, in bytes; of pages that several processes share, its share. */
function readMemory(pid) {
  try {
    const match = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'));
    return match === null ? 0 : 1024 * Number(match[1]);
  } catch {
    return 0;
  }
}

/**
 * Runs two things in turns, the order changing from round to round, so that a machine that slows down slows both.
 * @param first is told whether the round counts, and so is the second one
 * @param rounds how many count; one before them does not
 * @returns what each gave, by round, and in the round before them
 */
export async function takeTurns(first, second, rounds) {
  const found = { first: [], second: [], before: {} };
  for (let round = 0; round <= rounds; round++) {
    const turn = [
      ['first', first],
      ['second', second],
    ];
    for (const [name, run] of round % 2 === 0 ? turn : turn.reverse()) {
      const result = await run(round > 0);
      if (round > 0) found[name].push(result);
      else found.before[name] = result;
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
