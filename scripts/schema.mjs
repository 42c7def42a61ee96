// Generates the schemas in schema/ from the types of what is saved; --check only tells whether they are up to date.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createGenerator } from 'ts-json-schema-generator';

const root = path.resolve(import.meta.dirname, '..');
const schemas = [
  { target: 'run.json', source: 'run.ts', type: 'RunReport' },
  { target: 'eval.json', source: 'evaluation.ts', type: 'EvalReport' },
  { target: 'compare.json', source: 'comparison.ts', type: 'CompareReport' },
];

for (const { target, source, type } of schemas) {
  const file = path.join(root, 'schema', target);
  const schema = createGenerator({
    path: path.join(root, 'src', 'report', source),
    tsconfig: path.join(root, 'tsconfig.build.json'),
    type,
    topRef: false,
    skipTypeCheck: true,
  }).createSchema(type);
  const text = `${JSON.stringify(schema, null, 2)}\n`;
  if (!process.argv.includes('--check')) {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  } else if (!existsSync(file) || readFileSync(file, 'utf8') !== text) {
    console.error(`schema/${target} is not what src/report/${source} says: run npm run schema`);
    process.exitCode = 1;
  }
}
