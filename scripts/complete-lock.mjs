// Adds to package-lock.json the optional packages of other platforms that the registry in use did not offer while the
// lock was made (some mirrors leave them out). Without them `npm ci` refuses the lock, and other platforms would go
// without their ggml libraries. Entries have no checksum: a registry that has the package adds it on the next install.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const file = path.resolve(import.meta.dirname, '..', 'package-lock.json');
const lock = JSON.parse(readFileSync(file, 'utf8'));

const systems = { win: 'win32', mac: 'darwin', windows: 'win32' };
const processors = { arm: 'arm', 'arm-eabi': 'arm', armv7l: 'arm', loong64: 'loong64' };

/** `@scope/prefix-<system>-<processor>-<variant>`: which system and processor it is for. */
function findPlatform(name) {
  const words = name.split('/').at(-1).replace('resolver-binding-', '').split('-');
  const [system, processor = 'x64'] = words;
  return { os: [systems[system] ?? system], cpu: [processors[processor] ?? processor] };
}

const added = [];
for (const entry of Object.values(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const place = `node_modules/${name}`;
    if (place in lock.packages || !/^\d/.test(version)) continue;
    const { os, cpu } = findPlatform(name);
    lock.packages[place] = { version, cpu, ...(entry.dev ? { dev: true } : {}), optional: true, os };
    added.push(name);
  }
}
const [root, ...rest] = Object.entries(lock.packages);
rest.sort(([a], [b]) => (a < b ? -1 : 1));
lock.packages = Object.fromEntries([root, ...rest]);
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
console.error(added.length === 0 ? 'nothing was missing' : `added ${added.join(', ')}`);
