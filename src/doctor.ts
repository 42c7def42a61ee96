/** What this machine has to run models with, and why not more of it is used. */
import os from 'node:os';
import { examineAddon, measureFreeMemory, type AddonExam } from './native/index.js';
import type { ToolReport } from './report/index.js';
import { findCacheFolder } from './run/cacheFolder.js';
import { describeTool } from './run/report.js';

export interface Examination {
  readonly tool: ToolReport;
  readonly processor: string;
  /** Threads that a run takes if nothing is said. */
  readonly threads: number;
  /** Of the C library; null where it is another one, or the system has none of that name. */
  readonly glibc: string | null;
  /** Bytes; what is free is that of the container, if this is one. */
  readonly memory: { readonly total: number; readonly free: number };
  readonly cacheFolder: string;
  readonly addon: AddonExam;
  /** What `--gpu auto` takes; null where nothing can be run. */
  readonly chosen: AddonExam['backends'][number]['gpu'] | null;
}

/** Tries the addon and each backend; no model is loaded. */
export async function examineMachine(): Promise<Examination> {
  const addon = await examineAddon();
  return {
    tool: describeTool(),
    processor: os.cpus()[0]?.model.trim() ?? 'unknown',
    threads: os.availableParallelism(),
    glibc: findGlibc(),
    memory: { total: os.totalmem(), free: measureFreeMemory() },
    cacheFolder: findCacheFolder(),
    addon,
    chosen: addon.backends.find(({ obstacle }) => obstacle === null)?.gpu ?? null,
  };
}

function findGlibc(): string | null {
  const { header } = process.report.getReport() as { header: { glibcVersionRuntime?: string } };
  return header.glibcVersionRuntime ?? null;
}
