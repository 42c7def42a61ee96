import { PruneError } from '../../errors.js';
import { fileLabel, type GgufHeader } from '../../gguf/index.js';
import { checkHealing, type HealingName } from '../../heal/index.js';
import { checkPatches, describeModel, findArchitecture } from '../../model/index.js';
import type { HealingOptions } from './options.js';
import { findHealType } from './weights.js';

/**
 * Refuses healing that cannot be done before any work.
 * @throws PruneError USAGE, DROP_REFUSED
 */
export function checkHealingOf(
  header: GgufHeader,
  methods: readonly HealingName[],
  { healText, healTokens, healType }: HealingOptions,
): void {
  checkHealing(methods);
  findHealType(healType);
  if (methods.length === 0) {
    const given = Object.entries({
      '--heal-text': healText,
      '--heal-tokens': healTokens,
      '--heal-type': healType,
    });
    const [name] = given.find(([, value]) => value !== undefined) ?? [];
    if (name === undefined) return;
    throw new PruneError('USAGE', `${name} says how to heal; --heal says that it is to be done. Give both.`);
  }
  const description = describeModel(header);
  const { causal } = findArchitecture(description.architecture, fileLabel(header.path));
  if (!causal) {
    throw new PruneError(
      'USAGE',
      `${fileLabel(header.path)}: ${description.architecture} models cannot be healed: their tokens see those after ` +
        `them, so that no loss tells whether a repair helps.`,
    );
  }
  // whichever block it is, the first one apart
  if (methods.includes('patch')) checkPatches(header, description, [0], [1]);
}
