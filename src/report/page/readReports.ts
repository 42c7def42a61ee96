import { readFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { ErrorObject, ValidateFunction } from 'ajv';
import { PruneError } from '../../errors.js';
import { escapeUnsafe, fileLabel } from '../../gguf/index.js';
import { readBytes } from '../../readTextFile.js';
import { dataId, longestReport } from './marks.js';
import type { AnyReport } from './anyReport.js';

/** Where the schema of each kind of report lies, which its `schema` names. */
const schemaFiles: Readonly<Record<AnyReport['schema'], string>> = {
  'prune-gguf/run@1': 'run.json',
  'prune-gguf/eval@1': 'eval.json',
  'prune-gguf/compare@1': 'compare.json',
};

const schemaFolder = path.resolve(import.meta.dirname, '..', '..', '..', 'schema');

/**
 * Reads what `--json` has saved, or what a page was made from.
 * @returns one report of a .json file; all that a page has
 * @throws PruneError FILE_NOT_FOUND, FILE_NOT_READABLE, DATA
 */
export async function readReports(file: string): Promise<readonly AnyReport[]> {
  const text = await readReportFile(file);
  const label = escapeUnsafe(fileLabel(file));
  const isPage = /^\s*<!doctype html>/i.test(text);
  const parsed = parseReports(isPage ? cutData(text, label) : text, label);
  const reports = Array.isArray(parsed) ? (parsed as readonly unknown[]) : [parsed];
  for (const report of reports) await checkReport(report, label);
  return reports as readonly AnyReport[];
}

async function readReportFile(file: string): Promise<string> {
  const { size = 0 } = (await stat(file).catch(() => undefined)) ?? {};
  if (size > longestReport) {
    throw new PruneError('DATA', `${escapeUnsafe(file)} is no saved report: it has more than 64 MB.`);
  }
  return new TextDecoder().decode(await readBytes(file));
}

function cutData(html: string, label: string): string {
  const begin = html.indexOf(`id="${dataId}">`);
  const end = html.indexOf('</script>', begin);
  if (begin >= 0 && end >= 0) return html.slice(html.indexOf('>', begin) + 1, end);
  throw new PruneError('DATA', `${label} is a page without the data of a report: not one of prune-gguf.`);
}

function parseReports(text: string, label: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    const why = cause instanceof Error ? escapeUnsafe(cause.message) : 'unknown';
    throw new PruneError(
      'DATA',
      `${label} is neither JSON nor a page of prune-gguf (${why}). Save a report with --json=FILE.`,
      { cause },
    );
  }
}

async function checkReport(report: unknown, label: string): Promise<void> {
  const schema = (report as { readonly schema?: unknown } | null)?.schema;
  const validate = typeof schema === 'string' ? await findValidator(schema) : undefined;
  if (validate === undefined) {
    const known = Object.keys(schemaFiles).join(', ');
    throw new PruneError('DATA', `${label} is no report of prune-gguf: its "schema" is none of ${known}.`);
  }
  if (validate(report)) return;
  const [first] = validate.errors ?? [];
  throw new PruneError('DATA', `${label} is damaged, or of another version: ${describeError(first)}.`);
}

function describeError(error: ErrorObject | undefined): string {
  if (error === undefined) return 'it does not fit its schema';
  return `${escapeUnsafe(error.instancePath) || 'the report'} ${escapeUnsafe(error.message ?? 'is wrong')}`;
}

const validators = new Map<string, ValidateFunction>();

async function findValidator(schema: string): Promise<ValidateFunction | undefined> {
  if (!Object.hasOwn(schemaFiles, schema)) return undefined;
  const known = validators.get(schema);
  if (known !== undefined) return known;
  const file = path.join(schemaFolder, schemaFiles[schema as AnyReport['schema']]);
  const { Ajv } = await import('ajv');
  const compiled = new Ajv({ strict: false }).compile(JSON.parse(readFileSync(file, 'utf8')) as object);
  validators.set(schema, compiled);
  return compiled;
}
