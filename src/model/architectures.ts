import { PruneError } from '../errors.js';
import { quoteName } from '../gguf/index.js';

/**
 * What a key of the metadata has to do with the number of a block, and so what a drop does to it. Keys are given
 * without the architecture's prefix.
 */
export type PerLayerRule =
  /** An array with one element a block, if it is an array: keep the kept blocks' elements. */
  | { readonly kind: 'filter'; readonly key: string }
  /**
   * Every `period`-th block has full attention, counted from the start; the key may hold another period, or an array
   * of bools (true: sliding window). Counts only where the model has a window at all. As soon as a drop shifts the
   * count, it is written as an array.
   */
  | {
      readonly kind: 'window-period';
      readonly key: string;
      readonly windowKey: string;
      readonly period: number;
    }
  /** llama.cpp computes something else when the model has exactly this many blocks. */
  | { readonly kind: 'count-matters'; readonly counts: readonly number[]; readonly what: string };

/** Facts on one architecture, from llama.cpp's source. */
export interface Architecture {
  /** What llama.cpp names the output of a block in its graph. */
  readonly stateName: string;
  readonly rules: readonly PerLayerRule[];
}

/** Keys that every architecture may hold one value a block under. */
const commonRules: readonly PerLayerRule[] = [
  { kind: 'filter', key: 'feed_forward_length' },
  { kind: 'filter', key: 'attention.head_count' },
  { kind: 'filter', key: 'attention.head_count_kv' },
];

/** Arrays whose length has nothing to do with the number of blocks, though it may happen to equal it. */
export const unrelatedArrays: ReadonlySet<string> = new Set(['rope.dimension_sections']);

const plain: Architecture = { stateName: 'l_out', rules: commonRules };

/**
 * The architectures whose files can be rewritten. Adding one is adding a row; nothing is taken to be safe that is not
 * listed here.
 */
const architectures: Readonly<Record<string, Architecture>> = {
  llama: plain,
  qwen2: plain,
  qwen3: plain,
  gemma: plain,
  phi3: plain,
  gemma3: {
    stateName: 'l_out',
    rules: [
      ...commonRules,
      {
        kind: 'window-period',
        key: 'attention.sliding_window_pattern',
        windowKey: 'attention.sliding_window',
        period: 6,
      },
      { kind: 'count-matters', counts: [62], what: 'the attention scale' },
    ],
  },
};

/** @throws PruneError ARCHITECTURE_UNSUPPORTED naming what is supported */
export function findArchitecture(name: string, label: string): Architecture {
  const found = Object.hasOwn(architectures, name) ? architectures[name] : undefined;
  if (found === undefined) {
    throw new PruneError(
      'ARCHITECTURE_UNSUPPORTED',
      `${label} is of the architecture ${quoteName(name)}, whose per-block metadata this version does not know how ` +
        `to repair. Supported: ${Object.keys(architectures).join(', ')}.`,
    );
  }
  return found;
}
