// The main job on a real model: brings SmolLM2-135M, prunes it, prints the report.
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { bringSampleModels } from './sample-models.mjs';

const root = path.resolve(import.meta.dirname, '..');
const output = path.join(root, 'build', 'demo', 'SmolLM2-135M-Instruct.Q4_1.pruned-27of30.gguf');

try {
  const [model] = await bringSampleModels(['smollm2']);
  mkdirSync(path.dirname(output), { recursive: true });
  const bin = path.join(root, 'dist', 'cli', 'bin.js');
  const args = [bin, model, '--blocks', '3', '--output', output, '--overwrite'];
  console.error(`\nprune-gguf ${path.basename(model)} --blocks 3\n`);
  process.exitCode = spawnSync(process.execPath, args, { stdio: 'inherit' }).status ?? 1;
} catch (error) {
  console.error(`demo: ${error.message}`);
  process.exitCode = 1;
}
