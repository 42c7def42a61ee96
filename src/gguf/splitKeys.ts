import { ValueType, type Entry } from './types.js';
import { makeEntry } from './values.js';

/** The number of a part, from 0 on. */
export const SPLIT_NO_KEY = 'split.no';

/** How many parts there are. A file that was merged from parts has a 0 here. */
export const SPLIT_COUNT_KEY = 'split.count';

/** How many tensors all parts hold together. */
export const SPLIT_TENSORS_KEY = 'split.tensors.count';

/** The most parts that a model can have: their count is a uint16. */
export const MAX_PARTS = 65_535;

/** Whether an entry says how a model is split, and so nothing of the model itself. */
export function isSplitKey({ key }: Entry): boolean {
  return key === SPLIT_NO_KEY || key === SPLIT_COUNT_KEY || key === SPLIT_TENSORS_KEY;
}

/** What llama.cpp expects in part `index` of `count`; it reads these keys as exactly these types. */
export function makeSplitEntries(index: number, count: number, tensors: number): readonly Entry[] {
  return [
    makeEntry(SPLIT_NO_KEY, ValueType.uint16, index),
    makeEntry(SPLIT_COUNT_KEY, ValueType.uint16, count),
    makeEntry(SPLIT_TENSORS_KEY, ValueType.int32, tensors),
  ];
}
