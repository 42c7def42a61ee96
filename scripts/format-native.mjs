// Formats native/ with clang-format; --check only tells which files are not.
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const clangFormat = path.join(path.dirname(fileURLToPath(import.meta.resolve('clang-format'))), 'index.js');
const native = path.resolve(import.meta.dirname, '..', 'native');
const isCheck = process.argv.includes('--check');

for (const folder of ['core', 'binding']) {
  for (const name of readdirSync(path.join(native, folder))) {
    const file = path.join(native, folder, name);
    const formatted = execFileSync(process.execPath, [clangFormat, '-style=file', file], {
      encoding: 'utf8',
    });
    if (formatted === readFileSync(file, 'utf8')) continue;
    if (isCheck) {
      console.error(`not formatted: ${path.relative(process.cwd(), file)}`);
      process.exitCode = 1;
    } else {
      writeFileSync(file, formatted);
    }
  }
}
