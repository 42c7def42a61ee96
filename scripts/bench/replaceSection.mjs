import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Puts text between the two comments of a page of docs/ that name a section. */
export function replaceSection(page, section, text) {
  const file = path.resolve(import.meta.dirname, '..', '..', 'docs', page);
  const [before, rest] = readFileSync(file, 'utf8').split(`<!-- ${section} -->\n`);
  const after = rest?.split(`<!-- /${section} -->`)[1];
  if (after === undefined) throw new Error(`docs/${page} has no section ${section}`);
  writeFileSync(file, `${before}<!-- ${section} -->\n\n${text}\n\n<!-- /${section} -->${after}`);
}
