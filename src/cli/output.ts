import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { styleText } from 'node:util';
import { escapeUnsafe, PruneError, type TextStyle } from '../index.js';

/** Where a command's result goes: tables or JSON on stdout, and perhaps JSON in a file. */
export interface ResultSink {
  /** Whether tables are printed. */
  readonly isText: boolean;
  readonly style: TextStyle;
  print(text: string): void;
  /** Takes the finished result. */
  finish(result: unknown): Promise<void>;
}

/** @param json undefined: tables only; empty: JSON instead of tables; otherwise a file for the JSON */
export function createSink(json: string | undefined, quiet: boolean): ResultSink {
  if (json?.toLowerCase().endsWith('.gguf')) {
    throw new PruneError(
      'USAGE',
      `--json ${json} would write JSON into a model file. Put --json last, or use --json=FILE.`,
    );
  }
  if (json && !existsSync(path.dirname(path.resolve(json)))) {
    throw new PruneError(
      'OUTPUT',
      `The folder of ${escapeUnsafe(json)} does not exist, so --json cannot write there.`,
    );
  }
  const isText = json !== '' && !quiet;
  return {
    isText,
    style: findStyle(),
    print(text) {
      process.stdout.write(`${text}\n`);
    },
    async finish(result) {
      if (json === undefined) return;
      const text = `${JSON.stringify(result, null, 2)}\n`;
      if (json === '') process.stdout.write(text);
      else await writeJson(json, text);
    },
  };
}

async function writeJson(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text);
  } catch (cause) {
    throw new PruneError('OUTPUT', `The JSON could not be written to ${file}.`, { cause });
  }
}

function findStyle(): TextStyle {
  const { stdout } = process;
  const hasColour = stdout.isTTY && !process.env['NO_COLOR'] && stdout.hasColors();
  return {
    width: stdout.isTTY ? stdout.columns : 100,
    mark: hasColour ? (text) => styleText('red', text) : (text) => text,
  };
}
