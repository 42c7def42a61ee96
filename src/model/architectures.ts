import { PruneError } from '../errors.js';
import { quoteName, ValueType } from '../gguf/index.js';
import { isOneOfTheRest } from './period.js';
import { refusedArchitectures } from './refusedArchitectures.js';
import {
  countMatters,
  deepstackLeading,
  deepstackMapping,
  everyBlock,
  filter,
  fullIndexers,
  hybridByHeads,
  hybridByHeadsOrFeedForward,
  keepOne,
  leadingBlocks,
  moeEvery,
  nopeEvery,
  recurrentExcept,
  slidingArray,
  slidingExcept,
  whereNotZero,
  whenWindowed,
} from './ruleBuilders.js';
import type { Architecture, AttentionRule, ModelFacts, PerLayerRule } from './rules.js';

/** Keys that llama.cpp reads for every architecture, or that mean the same wherever it reads them. */
export const commonRules: readonly PerLayerRule[] = [
  filter('feed_forward_length'),
  filter('attention.head_count'),
  filter('attention.head_count_kv'),
  filter('expert_feed_forward_length'),
  filter('expert_used_count'),
  filter('swiglu_clamp_exp'),
  filter('swiglu_clamp_shexp'),
  filter('attention.compress_ratios', { anyLength: true }),
  filter('attention.indexer.types', { anyLength: true }),
  filter('attention.recurrent_layers'),
  filter('attention.rope_pattern', { anyLength: true }),
  filter('attention.sliding_window_pattern', { anyLength: true }),
  filter('deepstack_mapping', { anyLength: true }),
  {
    kind: 'first',
    what: 'the size of attention heads',
    mayComeFirst: ({ getNumbers, getUint }, block) => {
      const heads = getNumbers('attention.head_count');
      if (heads === undefined || heads[block] === heads[0]) return true;
      return heads[0] === 0 || (heads[block] !== 0 && getUint('attention.key_length') !== undefined);
    },
  },
  keepOne('block with experts', ({ getNumbers }) => whereNotZero(getNumbers('expert_used_count'))),
  { kind: 'count', key: 'leading_dense_block_count', at: 'start' },
  { kind: 'count', key: 'nextn_predict_layers', at: 'end' },
];

/** Arrays whose length has nothing to do with the number of blocks, though it may happen to equal it. */
export const unrelatedArrays: ReadonlySet<string> = new Set([
  'classifier.output_labels',
  'ple.head_offsets',
  'ple.head_vocab_sizes',
  'ple.layer_multipliers',
  'rope.dimension_sections',
]);

function describe(...rules: readonly PerLayerRule[]): Architecture {
  return {
    stateName: 'l_out',
    lanes: () => 1,
    lanesLast: false,
    furtherTokensBy: 'key',
    causal: true,
    rules: [...commonRules, ...rules],
  };
}

function named(stateName: string, architecture: Architecture): Architecture {
  return { ...architecture, stateName };
}

const plain = describe();
const lagunaWindows = slidingExcept('first', 4, whenWindowed);

/**
 * llama.cpp's graphs of llama and deci models are the same but for experts and for the scales of feed-forward matrices,
 * which deci has not, and for blocks without attention, which llama has not (src/models/llama.cpp, deci.cpp). Rotary
 * positions, their factors and scaling, tokenisers and defaults do not depend on which of the two it is.
 */
const likeDeci: AttentionRule = {
  sumName: 'ffn_inp',
  writtenAs: 'deci',
  tensors:
    /^(?:attn_norm\.weight|attn_(?:q|k|v|qkv|output)\.(?:weight|bias|scale|input_scale)|ffn_norm\.weight|ffn_(?:gate|up|down)\.(?:weight|bias))$/,
  refusals: [
    {
      when: ({ getUint }) => (getUint('expert_count') ?? 0) > 0,
      why: 'its feed-forward parts are of experts, which llama.cpp runs in no architecture that may lack attention',
    },
  ],
};

const bidirectional: Architecture = { ...plain, causal: false };

/**
 * The architectures whose files can be rewritten, by llama.cpp's source (v0.5.0). Adding one is adding a row; nothing
 * is taken to be safe that is not listed here. Each was tried on a generated model (`npm run test:architectures`).
 */
const architectures: Readonly<Record<string, Architecture>> = {
  afmoe: describe(slidingExcept('last', 4, whenWindowed), nopeEvery(4, 'last')),
  apertus: describe(
    filter('xielu.alpha_n', { bare: true, trunkOnly: true }),
    filter('xielu.alpha_p', { bare: true, trunkOnly: true }),
    filter('xielu.beta', { bare: true, trunkOnly: true }),
    filter('xielu.eps', { bare: true, trunkOnly: true }),
  ),
  arcee: plain,
  arctic: plain,
  arwkv7: describe(leadingBlocks(1, 'every other block mixes in the values that block 0 computes')),
  baichuan: describe(countMatters([32, 40], 'whether positions are rotary or ALiBi')),
  bailingmoe: plain,
  bailingmoe2: plain,
  bailingmoe3: describe(...hybridByHeads),
  bitnet: plain,
  bloom: plain,
  chameleon: plain,
  chatglm: plain,
  codeshell: plain,
  cogvlm: plain,
  cohere2: describe(slidingExcept('last', 4)),
  cohere2moe: describe(slidingExcept('first', 4)),
  'command-r': plain,
  dbrx: plain,
  deci: {
    ...describe({
      kind: 'protect',
      which: 'all blocks of files where some have no feed-forward part',
      blocks: (facts) => (facts.getNumbers('feed_forward_length')?.includes(0) ? everyBlock(facts) : []),
      why: 'llama.cpp passes over blocks without a feed-forward part, which this file has',
    }),
    attention: likeDeci,
  },
  deepseek: plain,
  deepseek2: describe(...deepseek2Rules()),
  deepseek32: plain,
  deepseek4: {
    ...describe(
      { kind: 'count', key: 'hash_layer_count', at: 'start' },
      keepOne('block of compress ratio 4', ({ getNumbers }) =>
        (getNumbers('attention.compress_ratios') ?? []).flatMap((ratio, block) =>
          ratio === 4 ? [block] : [],
        ),
      ),
    ),
    stateName: 'l_last',
    lanes: countConnections,
    furtherTokensBy: 'tensor',
  },
  dots1: plain,
  dots3note: describe({ ...slidingArray, keepOne: 'both' }),
  dream: bidirectional,
  ernie4_5: plain,
  'ernie4_5-moe': describe(moeEvery('interleave_moe_layer_step')),
  exaone: plain,
  'exaone-moe': describe(slidingExcept('last', 4)),
  exaone4: describe(countMatters([64], 'whether there are sliding windows')),
  falcon: plain,
  'falcon-h1': plain,
  gemma: plain,
  gemma2: describe(slidingExcept('last', 2), countMatters([46], 'the attention scale')),
  gemma3: describe(
    slidingExcept('last', 6, whenWindowed),
    { ...countMatters([62], 'the attention scale'), arrivingOnly: true },
    {
      kind: 'scale',
      tensor: 'attn_q_norm.weight',
      what: 'the attention scale that llama.cpp gives models of 62 blocks',
      factor: ({ trunk, getUint }) => {
        const heads = getUint('attention.head_count') ?? NaN;
        const width = Math.floor((getUint('embedding_length') ?? NaN) / heads);
        const keys = getUint('attention.key_length') ?? width;
        return trunk === 62 && keys !== width ? Math.sqrt(keys / width) : undefined;
      },
    },
  ),
  gemma3n: {
    ...describe(
      slidingExcept('last', 5),
      leadingBlocks(
        20,
        'llama.cpp takes the first 20 blocks of every gemma3n model to be those with keys and values of their own',
      ),
      { kind: 'slice', tensor: 'per_layer_token_embd.weight', dimension: 0 },
      { kind: 'slice', tensor: 'per_layer_model_proj.weight', dimension: 1 },
    ),
    lanes: () => 4, // llama.cpp's n_altup, which no key says
    lanesLast: true,
  },
  gemma4: describe(
    { ...slidingArray, keepOne: 'both' },
    { kind: 'count', key: 'attention.shared_kv_layers', at: 'end' },
    {
      kind: 'protect',
      which: 'the last two blocks with keys and values of their own',
      blocks: ({ blocks, getUint }) => {
        const own = blocks - (getUint('attention.shared_kv_layers') ?? 0);
        return own < blocks ? [own - 2, own - 1] : [];
      },
      why: 'later blocks use their keys and values',
    },
    { kind: 'slice', tensor: 'per_layer_token_embd.weight', dimension: 0 },
    { kind: 'slice', tensor: 'per_layer_model_proj.weight', dimension: 1 },
  ),
  'glm-dsa': describe(fullIndexers, {
    kind: 'protect',
    which: 'all blocks of files that do not name the indexers',
    blocks: (facts) =>
      facts.getNumbers('attention.indexer.types') === undefined &&
      (facts.getUint('context_length') ?? 0) >= 1_048_576
        ? everyBlock(facts)
        : [],
    why: 'the file does not say which blocks have an indexer of their own (attention.indexer.types)',
  }),
  glm4: plain,
  glm4moe: plain,
  'gpt-oss': describe(slidingExcept('last', 2)),
  gpt2: plain,
  gptneox: plain,
  granite: describe(...deepstackMapping),
  granite_swa: describe(slidingArray, ...deepstackMapping),
  granitehybrid: describe(...hybridByHeads),
  granitemoe: describe(...deepstackMapping),
  grok: plain,
  grovemoe: plain,
  'hunyuan-dense': plain,
  'hunyuan-moe': plain,
  hunyuan_vl: plain,
  hy_v3: plain,
  hy_v4: { ...describe(fullIndexers), lanes: countConnections },
  internlm2: plain,
  jais: plain,
  jais2: plain,
  jamba: describe(...hybridByHeads),
  'kimi-linear': describe(...hybridByHeads),
  laguna: describe(lagunaWindows, {
    kind: 'first',
    what: 'how many dimensions full attention rotates',
    mayComeFirst: (facts, block) =>
      facts.getUint('rope.dimension_count_swa') === facts.getUint('rope.dimension_count') ||
      !isOneOfTheRest(lagunaWindows, facts, block),
  }),
  lfm2: describe(...hybridByHeads),
  lfm2moe: describe(...hybridByHeads),
  llada: bidirectional,
  'llada-moe': bidirectional,
  llama: { ...plain, attention: likeDeci },
  llama4: describe(
    slidingExcept('last', 4, { key: 'attention.sliding_window', is: 'not-zero' }, 'chunked'),
    nopeEvery(4, 'last', { key: 'attention.sliding_window', is: 'not-zero' }),
    moeEvery('interleave_moe_layer_step'),
    {
      kind: 'protect',
      which: 'the last block of models without windows',
      blocks: ({ trunk }) => [trunk - 1],
      why: 'llama.cpp gives the last block of such a model no rotary positions',
      when: { key: 'attention.sliding_window', is: 'zero' },
    },
  ),
  maincoder: plain,
  mamba: plain,
  mamba2: plain,
  maple: describe(slidingArray),
  mellum: describe(slidingExcept('last', 4, whenWindowed)),
  mimo2: describe(slidingArray),
  minicpm: describe({
    kind: 'pin',
    key: 'residual_scale',
    type: ValueType.float32,
    value: ({ trunk }) => Math.fround(1.4) / Math.fround(Math.sqrt(trunk)),
  }),
  'minimax-m2': plain,
  'minimax-m3': describe(
    keepOne('block after the dense ones', ({ trunk, getUint }) =>
      Array.from({ length: trunk }, (_, block) => block).slice(getUint('leading_dense_block_count') ?? 0),
    ),
  ),
  mistral3: plain,
  mistral4: describe(...deepseek2Rules()),
  mpt: plain,
  'muse-glimmer': describe(slidingExcept('last', 4)),
  nanbeige: describe({
    kind: 'protect',
    which: 'all blocks of looped models',
    blocks: (facts) => ((facts.getUint('num_loops') ?? 1) > 1 ? everyBlock(facts) : []),
    why: 'the model runs through its blocks more than once (num_loops)',
  }),
  nemotron: plain,
  nemotron_h: named('nemotron_h_block_out', describe(...hybridByHeadsOrFeedForward)),
  nemotron_h_moe: named('nemotron_h_block_out', describe(...hybridByHeadsOrFeedForward)),
  olmo: plain,
  olmo2: describe(slidingExcept('last', 4, whenWindowed)),
  olmoe: plain,
  openelm: plain,
  orion: plain,
  paddleocr: plain,
  'pangu-embedded': plain,
  phi2: plain,
  phi3: plain,
  phimoe: plain,
  plamo: plain,
  plamo2: named('ffn_residual', describe(...hybridByHeads)),
  plamo3: describe(slidingExcept('last', 8, whenWindowed)),
  qwen: plain,
  qwen2: plain,
  qwen2moe: plain,
  qwen2vl: plain,
  qwen3: plain,
  qwen35: describe(recurrentExcept(4)),
  qwen35moe: describe(recurrentExcept(4)),
  qwen3moe: plain,
  qwen3next: describe(recurrentExcept(4)),
  qwen3vl: describe(deepstackLeading),
  qwen3vlmoe: describe(deepstackLeading),
  qwen4exp: {
    ...describe(
      recurrentExcept(4),
      { kind: 'remap', key: 'ple.layers' },
      {
        kind: 'protect',
        which: 'the block of ple.layers',
        blocks: ({ getNumbers }) => getNumbers('ple.layers') ?? [],
        why: 'n-gram embeddings enter there (ple.layers)',
      },
    ),
    stateName: 'l_last',
    lanes: countConnections,
  },
  refact: plain,
  rnd1: bidirectional,
  rwkv6: describe({
    kind: 'class',
    what: 'the power of two that its weights are divided by',
    step: { key: 'rescale_every_n_layers', otherwise: 0 },
    of: 'group',
  }),
  rwkv7: describe(leadingBlocks(1, 'every other block mixes in the values that block 0 computes')),
  seed_oss: plain,
  smallthinker: describe(slidingExcept('first', 4, whenWindowed), nopeEvery(4, 'first', whenWindowed), {
    ...countMatters([4], 'whether all blocks have rotary positions'),
    when: whenWindowed,
  }),
  smollm3: describe(nopeEvery(4, 'last')),
  spark2_5: describe(slidingArray),
  stablelm: plain,
  starcoder: plain,
  starcoder2: plain,
  step35: describe(slidingArray),
  talkie: plain,
  xverse: plain,
};

/** The names of the architectures whose files can be rewritten, sorted. */
export const supportedArchitectures: readonly string[] = Object.keys(architectures).sort();

/** The names of those of which the attention of blocks can be dropped alone, sorted. */
export const attentionArchitectures: readonly string[] = supportedArchitectures.filter(
  (name) => lookUpArchitecture(name)?.attention !== undefined,
);

/** An architecture whose files can be rewritten; undefined for others. */
export function lookUpArchitecture(name: string): Architecture | undefined {
  return Object.hasOwn(architectures, name) ? architectures[name] : undefined;
}

/** Why no file of an architecture can be rewritten; undefined for those that can. */
export function explainUnsupported(name: string): string | undefined {
  if (lookUpArchitecture(name) !== undefined) return undefined;
  return Object.hasOwn(refusedArchitectures, name)
    ? refusedArchitectures[name]
    : 'this version does not know it, so neither what depends on the number of a block';
}

/** @throws PruneError ARCHITECTURE_UNSUPPORTED with the reason */
export function findArchitecture(name: string, label: string): Architecture {
  const found = lookUpArchitecture(name);
  if (found !== undefined) return found;
  throw new PruneError(
    'ARCHITECTURE_UNSUPPORTED',
    `${label} is of the architecture ${quoteName(name)}, whose blocks cannot be dropped: ` +
      `${explainUnsupported(name) ?? ''}. "prune-gguf architectures" lists those that can.`,
  );
}

/** Lanes of hyper-connections. */
function countConnections({ getUint }: ModelFacts): number {
  return getUint('hyper_connection.count') ?? 1;
}

function deepseek2Rules(): readonly PerLayerRule[] {
  return [
    // "lite" models have no low-rank queries, and are told by their number of blocks
    {
      kind: 'count-matters',
      counts: ({ vocabulary }) => (vocabulary === 128_256 ? [26, 27, 48] : [26, 27]),
      what: 'whether queries are of low rank',
      arrivingOnly: true,
    },
    {
      kind: 'pin',
      key: 'attention.q_lora_rank',
      type: ValueType.uint32,
      unheeded: true,
      value: ({ trunk, vocabulary }) =>
        trunk === 26 || trunk === 27 || (trunk === 48 && vocabulary === 128_256) ? 0 : undefined,
    },
    {
      kind: 'pin',
      key: 'expert_gating_func',
      type: ValueType.uint32,
      value: ({ trunk, vocabulary }) =>
        vocabulary === 154_880 ? (trunk === 47 || trunk === 48 ? 2 : 1) : undefined,
    },
  ];
}
