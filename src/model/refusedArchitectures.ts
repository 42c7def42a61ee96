const embeds = 'it makes embeddings, so that there is no next token to measure the damage by';
const drafts = 'it drafts tokens for another model, whose blocks it names by number';
const untried = "llama.cpp's generator makes no model of it, so it could not be tried";

/** The architectures of llama.cpp (v0.5.0) whose files are not rewritten, and why. */
export const refusedArchitectures: Readonly<Record<string, string>> = {
  bert: embeds,
  clip: 'it is a multimodal projector, not a language model',
  'deepseek2-ocr': untried,
  dflash: drafts,
  eagle3: drafts,
  eurobert: embeds,
  'gemma-embedding': embeds,
  'gemma4-assistant': drafts,
  gptj: 'llama.cpp has its name, but cannot run it',
  graniteswitch: 'its adapters and its router count blocks in ways that no key can repair',
  hrm_text: 'its blocks run in nested loops, so that there is no single stream to drop them from',
  'jina-bert-v2': embeds,
  'jina-bert-v3': embeds,
  'kimi-k3': 'every few blocks it restarts its stream from a bank of earlier states, counted by block',
  'llama-embed': embeds,
  minicpm3:
    'llama.cpp scales what each block adds by the number of blocks, and the format has no key for the scale',
  'minimax-01':
    'the decay of its linear attention depends on how deep a block lies, and no key can say otherwise',
  'modern-bert': embeds,
  'neo-bert': embeds,
  'nomic-bert': embeds,
  'nomic-bert-moe': embeds,
  plm: untried,
  pockettts: 'it makes speech: what it was trained on cannot be told from text',
  qwen3tts: 'it makes speech: what it was trained on cannot be told from text',
  rwkv6qwen2: untried,
  t5: 'it has two stacks of blocks, an encoder and a decoder; only models of one stack are pruned',
  t5encoder: embeds,
  'wavtokenizer-dec': 'it makes sound, not text',
};
