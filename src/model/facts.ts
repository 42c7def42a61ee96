import { arrayShape, findEntry, getArray, getUint, ValueType, type GgufHeader } from '../gguf/index.js';
import { lookUpArchitecture } from './architectures.js';
import type { Condition, ModelFacts } from './rules.js';

/** What rules may ask of the model in a file. @param blocks by its metadata */
export function collectFacts(header: GgufHeader, architecture: string, blocks: number): ModelFacts {
  const full = (key: string) => `${architecture}.${key}`;
  const stated = getUint(header, full('nextn_predict_layers')) ?? 0;
  const drafting = predictsFurtherTokens(header, architecture, blocks - stated) ? stated : 0;
  return {
    blocks,
    trunk: drafting < blocks ? blocks - drafting : blocks,
    // a key may hold one value for all blocks or one for each
    getUint: (key) => (isArray(header, full(key)) ? undefined : getUint(header, full(key))),
    getNumbers: (key) =>
      isArray(header, full(key)) ? getArray(header, full(key))?.values.map(Number) : undefined,
    vocabulary: getUint(header, full('vocab_size')) ?? countTokens(header),
  };
}

function predictsFurtherTokens(header: GgufHeader, architecture: string, first: number): boolean {
  if (lookUpArchitecture(architecture)?.furtherTokensBy !== 'tensor') return true;
  return header.tensors.some(({ name }) => name === `blk.${first}.nextn.eh_proj.weight`);
}

function isArray(header: GgufHeader, key: string): boolean {
  return findEntry(header, key)?.type === ValueType.array;
}

function countTokens(header: GgufHeader): number {
  const tokens = findEntry(header, 'tokenizer.ggml.tokens');
  return tokens?.type === ValueType.array ? arrayShape(tokens).count : 0;
}

/** Whether a rule applies; one without a condition always does. */
export function holds(condition: Condition | undefined, facts: ModelFacts): boolean {
  if (condition === undefined) return true;
  const value = facts.getUint(condition.key);
  switch (condition.is) {
    case 'positive':
      return (value ?? 0) > 0;
    case 'not-zero':
      return value !== 0;
    case 'zero':
      return value === 0;
  }
}
