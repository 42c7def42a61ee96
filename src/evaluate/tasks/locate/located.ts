import { basename } from 'node:path';
import type { DataFile } from '../read/dataFile.js';

/** The files of a task. */
export interface LocatedTask {
  readonly questions: readonly DataFile[];
  /** Empty where there are none: the examples are then the first of the questions. */
  readonly examples: readonly DataFile[];
}

/** The subject that the name of a csv file states: `agronomy` of agronomy.csv, `anatomy` of anatomy_test.csv. */
export function stateGroup(path: string): string | undefined {
  return /^(.+?)(?:_(?:test|dev|val))?\.csv$/i.exec(basename(path))?.[1];
}
