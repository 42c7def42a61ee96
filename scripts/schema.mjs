// Generates schema/run.json from the types of a saved run; --check only tells whether it is up to date.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createGenerator } from 'ts-json-schema-generator';

const root = path.resolve(import.meta.dirname, '..');
const target = path.join(root, 'schema', 'run.json');

const schema = createGenerator({
  path: path.join(root, 'src', 'report', 'run.ts'),
  tsconfig: path.join(root, 'tsconfig.build.json'),
  type: 'RunReport',
  topRef: false,
  skipTypeCheck: true,
}).createSchema('RunReport');
const text = `${JSON.stringify(schema, null, 2)}\n`;

if (process.argv.includes('--check')) {
  if (readFileSync(target, 'utf8') !== text) {
    console.error('schema/run.json is not what src/report/run.ts says: run npm run schema');
    process.exitCode = 1;
  }
} else {
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, text);
}
