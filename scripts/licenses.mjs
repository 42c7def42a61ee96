// Lists what is installed with the package, or built into its addon, and under which licences: LICENSES.md.
//   node scripts/licenses.mjs           writes it
//   node scripts/licenses.mjs --check   fails where it is out of date, or a licence is none of those that may be shipped with
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { renderTable } from './reproduce/tables.mjs';

const root = path.resolve(import.meta.dirname, '..');
const target = path.join(root, 'LICENSES.md');

/** Licences that ask for no more than to be named. */
const allowed =
  /^\(?(MIT|ISC|Apache-2\.0|BSD-[23]-Clause|0BSD|BlueOak-1\.0\.0|CC0-1\.0|CC-BY-[34]\.0|Python-2\.0|Unlicense|WTFPL|MIT-0)\b/;

const lock = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8'));

/** What a user's installation has: neither what development alone needs, nor the package itself. */
const shipped = Object.entries(lock.packages)
  .filter(([place, { dev = false }]) => place !== '' && !dev)
  .map(([place, { version, license }]) => ({
    name: place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length),
    version,
    license: license ?? findOwner(place)?.license ?? 'unknown',
  }));

/** What is for other platforms is not here to be asked: it is a part of the package that names it. */
function findOwner(place) {
  const name = place.slice('node_modules/'.length);
  return Object.values(lock.packages).find(({ optionalDependencies = {} }) => name in optionalDependencies);
}

const strange = shipped.filter(({ license }) => !allowed.test(license));
const unique = [...new Map(shipped.map((one) => [`${one.name}@${one.version}`, one])).values()];
unique.sort((a, b) => (a.name < b.name ? -1 : 1));

const text = `# Licences

\`prune-gguf\` itself is under the [MIT licence](LICENSE). Built into its addon are

- [llama.cpp](https://github.com/ggml-org/llama.cpp) and ggml (MIT), from the source that node-llama-cpp carries;
- [Eigen](native/third_party/eigen) (MPL-2.0), unchanged, of which only parts under that licence are used.

Installed with it are these packages (\`npm run licenses\` writes this list from the lock file):

${renderTable(
  ['package', 'version', 'licence'],
  unique.map(({ name, version, license }) => [name, version, license]),
  3,
)}
`;

const { values: options } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
if (strange.length > 0) {
  throw new Error(
    `not among the allowed licences: ${strange.map(({ name, license }) => `${name} (${license})`).join(', ')}`,
  );
}
const squeeze = (words) => words.replace(/[ -]+/g, ' ');
if (!options.check) writeFileSync(target, text);
else if (!existsSync(target) || squeeze(readFileSync(target, 'utf8')) !== squeeze(text))
  throw new Error('LICENSES.md is out of date: npm run licenses');
