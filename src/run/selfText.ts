import { createHash, randomUUID } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { PruneError } from '../errors.js';
import { escapeUnsafe } from '../gguf/index.js';
import { openModel, type Model } from '../native/index.js';
import { listFree, locateWindows, readCalibration } from '../score/index.js';
import { findCacheFolder } from './cacheFolder.js';
import { makeFolder } from './makeFolder.js';
import type { RunOptions } from './options.js';
import { findTextStart } from './textStart.js';

/** Text that a model writes itself. */
export interface SelfText {
  /** How many at least. */
  readonly tokens: number;
  /** Of a window at most. */
  readonly windowTokens: number;
  /** Windows that judge the result: what lies in them begins no text. */
  readonly heldOut: readonly Int32Array[];
}

/** Texts are drawn from the model's own distribution, so that they are what it holds likely. */
const sampling = { temperature: 1, topK: 0, topP: 1, seed: 1 } as const;

/** Tokens of the built-in text that each window begins with, so that they are about many things. */
const leadTokens = 16;

/** Texts that are written side by side. */
const sideBySide = 16;

/** A model that ends its texts early may write so many times as many as whole windows would be. */
const mostTries = 4;

/** The fraction of the golden ratio: its multiples lie evenly, however many there are. */
const golden = (Math.sqrt(5) - 1) / 2;

/** Changes whenever texts are made in another way. */
const format = 2;

/** The number of tokens in `self:24000`; undefined for the name of a file. @throws PruneError USAGE */
export function parseSelfText(name: string | undefined): number | undefined {
  const match = /^self:(.*)$/.exec(name ?? '');
  if (match === null) return undefined;
  const tokens = Number(match[1]);
  if (Number.isInteger(tokens) && tokens >= 1024 && tokens <= 10_000_000) return tokens;
  throw new PruneError(
    'USAGE',
    `"${escapeUnsafe(name ?? '')}" must say how many tokens the model is to write: self:1024 to self:10000000, such as ` +
      `self:24000.`,
  );
}

/** What reports call it. */
export const labelSelfText = (tokens: number) => `text that the model wrote (self:${tokens})`;

/**
 * Lets a model write windows of text, each after a few tokens of the built-in text. They are kept in the cache.
 * @throws PruneError NATIVE_FAILED; CANCELLED; OUTPUT when they cannot be kept
 */
export async function writeSelfText(
  model: Model,
  hash: string,
  { tokens, windowTokens, heldOut }: SelfText,
  options: RunOptions & { readonly cacheFolder?: string | undefined },
  report: (done: number, total: number) => void,
): Promise<readonly Int32Array[]> {
  const folder = path.join(options.cacheFolder ?? findCacheFolder(), 'self-text');
  const { lead, key } = await openLead(model, heldOut);
  const file = path.join(folder, `${hash.slice(0, 24)}-${format}-${tokens}-${windowTokens}-${key}.json`);
  const known = await readWindows(file);
  if (known !== undefined) return known;

  const wholeWindows = Math.ceil(tokens / windowTokens);
  const sequences = Math.min(sideBySide, wholeWindows);
  const writer = await openModel(model.header.path, {
    ...options,
    onProgress: undefined,
    contextTokens: sequences * windowTokens,
    sequences,
    sharedCells: false,
  });
  const written: Int32Array[] = [];
  try {
    let count = 0;
    report(0, tokens);
    for (let from = 0; count < tokens; from += sequences) {
      if (from >= mostTries * wholeWindows) {
        throw new PruneError(
          'CALIBRATION',
          `The model ends its texts too early: ${from} of them have ${count} tokens, and ${tokens} are wanted. Calibrate on a ` +
            `text file instead.`,
        );
      }
      const group = Array.from({ length: sequences }, (_, i) => lead(from + i));
      const texts = await writer.generate(
        {
          prompts: group,
          maxTokens: windowTokens - leadTokens - 1,
          ...sampling,
          seed: sampling.seed + from,
          stop: [],
        },
        { signal: options.signal },
      );
      for (const [i, text] of texts.entries()) {
        if (count >= tokens) break;
        const window = Int32Array.from([...(group[i] ?? []), ...text.tokens]);
        written.push(window);
        count += window.length;
      }
      report(Math.min(count, tokens), tokens);
    }
  } finally {
    await writer.close();
  }
  await keepWindows(folder, file, written);
  return written;
}

/** Beginnings from all over the built-in text, by their number, but from none of the windows that judge the result. */
export async function openLead(
  model: Model,
  heldOut: readonly Int32Array[],
): Promise<{ readonly lead: (index: number) => Int32Array; readonly key: string }> {
  const builtIn = await readCalibration(undefined);
  if (builtIn.kind !== 'text') throw new RangeError('the built-in calibration is a text');
  const tokens = await model.tokenize(builtIn.text);
  const start = findTextStart(model.facts);
  const taken = locateWindows(tokens, heldOut, start);
  const free = listFree(tokens, leadTokens, taken);
  const lead = (index: number) => {
    const at = free[Math.floor(((index * golden) % 1) * free.length)] ?? 0;
    return Int32Array.from([
      ...(start === undefined ? [] : [start]),
      ...tokens.subarray(at, at + leadTokens),
    ]);
  };
  return { lead, key: createHash('sha256').update(JSON.stringify(taken)).digest('hex').slice(0, 8) };
}

async function readWindows(file: string): Promise<readonly Int32Array[] | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as number[][]).map((one) => Int32Array.from(one));
}

/** Written aside and then renamed: a file that is there is whole. */
async function keepWindows(folder: string, file: string, windows: readonly Int32Array[]): Promise<void> {
  try {
    await makeFolder(folder);
    const partial = `${file}.${randomUUID()}`;
    await writeFile(partial, JSON.stringify(windows.map((window) => [...window])));
    await rename(partial, file);
  } catch (cause) {
    const detail = escapeUnsafe(cause instanceof Error ? cause.message : String(cause));
    throw new PruneError(
      'OUTPUT',
      `The model's text cannot be kept in ${escapeUnsafe(folder)}: ${detail}. Set PRUNE_GGUF_CACHE to a folder that can be written.`,
      { cause },
    );
  }
}
