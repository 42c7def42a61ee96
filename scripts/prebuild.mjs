// Puts the built addon where the package carries it for this platform, without symbols.
//   npm run build && npm run prebuild
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, statSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');
const target = path.join(root, 'prebuilds', `${process.platform}-${process.arch}`);

/** ggml that is built into the addon brings its backend for other machines along. */
const built = ['addon', 'ggml'].map((variant) => path.join(root, 'build', variant, 'Release'));
const from = built.find((folder) => existsSync(path.join(folder, 'prune_gguf.node')));
if (from === undefined) throw new Error(`no addon was built in ${built.join(' or ')}`);

mkdirSync(target, { recursive: true });
for (const name of ['prune_gguf.node', 'libggml-rpc.so']) {
  const file = path.join(from, name);
  if (!existsSync(file)) continue;
  const copy = path.join(target, name);
  copyFileSync(file, copy);
  // where there is no strip, or none that takes such files, they stay as they are
  spawnSync('strip', [process.platform === 'darwin' ? '-x' : '--strip-unneeded', copy], { stdio: 'ignore' });
  console.error(`${path.relative(root, copy)}  ${(statSync(copy).size / 1e6).toFixed(1)} MB`);
}
