import { readFileSync } from 'node:fs';
import path from 'node:path';

interface PackageFile {
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
}

const packageFile = JSON.parse(
  readFileSync(path.resolve(import.meta.dirname, '..', 'package.json'), 'utf8'),
) as PackageFile;

/** Version of this package. */
export const toolVersion = packageFile.version;

/** Where the llama.cpp source and the ggml libraries come from; pins both. */
export const llamaVersion = `node-llama-cpp ${packageFile.dependencies['node-llama-cpp'] ?? 'unknown'}`;
