import os from 'node:os';
import path from 'node:path';

/** Where figures and downloads are kept between runs: PRUNE_GGUF_CACHE, or where the system wants such files. */
export function findCacheFolder(): string {
  const asked = process.env['PRUNE_GGUF_CACHE'];
  if (asked) return path.resolve(asked);
  const home = os.homedir();
  if (process.platform === 'win32') {
    return path.join(process.env['LOCALAPPDATA'] ?? path.join(home, 'AppData', 'Local'), 'prune-gguf');
  }
  if (process.platform === 'darwin') return path.join(home, 'Library', 'Caches', 'prune-gguf');
  return path.join(process.env['XDG_CACHE_HOME'] ?? path.join(home, '.cache'), 'prune-gguf');
}
