import { mkdir, stat } from 'node:fs/promises';
import path from 'node:path';

/**
 * Makes a folder and those that it lies in. Not `mkdir` with `recursive`: that one tries for ever where the system has a
 * folder in which none can be made (Node 20, `/proc`).
 */
export async function makeFolder(folder: string): Promise<void> {
  const parent = path.dirname(folder);
  if (parent !== folder && !(await exists(parent))) await makeFolder(parent);
  try {
    await mkdir(folder);
  } catch (error) {
    if (!(await exists(folder))) throw error;
  }
}

async function exists(folder: string): Promise<boolean> {
  return stat(folder).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
