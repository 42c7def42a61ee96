import { PruneError } from '../errors.js';
import { arrayShape, fileLabel, quoteName, ValueType, type GgufHeader } from '../gguf/index.js';
import { findArchitecture, unrelatedArrays } from './architectures.js';
import { collectFacts } from './facts.js';

/** @throws PruneError DROP_REFUSED for an array of one value a block that no rule knows: nothing is guessed */
export function refuseUnknownArrays(header: GgufHeader, architecture: string, blocks: number): void {
  const label = fileLabel(header.path);
  const { rules } = findArchitecture(architecture, label);
  const known = new Set(
    rules.flatMap((rule) => ('key' in rule ? [rule.key] : rule.kind === 'period' ? [rule.arrayKey] : [])),
  );
  const { trunk } = collectFacts(header, architecture, blocks);
  for (const entry of header.entries) {
    if (!entry.key.startsWith(`${architecture}.`) || entry.type !== ValueType.array) continue;
    const suffix = entry.key.slice(architecture.length + 1);
    if (known.has(suffix) || unrelatedArrays.has(suffix)) continue;
    const { count } = arrayShape(entry);
    if (count !== blocks && count !== trunk) continue;
    throw new PruneError(
      'DROP_REFUSED',
      `${label} has one value a block under ${quoteName(entry.key)}, a key that this version does not know. Dropping ` +
        `a block could give the others wrong values, so none is dropped.`,
    );
  }
}
