import { PruneError } from '../../errors.js';
import { quoteName } from '../../gguf/index.js';
import type { TextMeasures } from './types.js';

/** The measures of what two models wrote after the same prompt, in the same sample. */
export interface TextPair {
  readonly promptId: string;
  readonly sample: number;
  readonly original: TextMeasures;
  readonly pruned: TextMeasures;
}

/**
 * Pairs texts by prompt and sample, in the order of the original's.
 * @throws PruneError DATA when a text has no partner, occurs twice or was allowed another length
 */
export function pairTexts(
  original: readonly TextMeasures[],
  pruned: readonly TextMeasures[],
): readonly TextPair[] {
  const before = indexTexts(original, 'original');
  const after = indexTexts(pruned, 'pruned model');
  for (const [key, text] of after) {
    if (!before.has(key)) throw new PruneError('DATA', describeMissing(text, 'original'));
  }
  return [...before].map(([key, text]) => {
    const partner = after.get(key);
    if (partner === undefined) throw new PruneError('DATA', describeMissing(text, 'pruned model'));
    if (partner.limit !== text.limit) {
      throw new PruneError(
        'DATA',
        `The texts after the prompt ${quoteName(text.promptId)} cannot be compared: the original was allowed ` +
          `${text.limit} tokens and the pruned model ${partner.limit}. Both must have the same limit.`,
      );
    }
    return { promptId: text.promptId, sample: text.sample, original: text, pruned: partner };
  });
}

function indexTexts(texts: readonly TextMeasures[], owner: string): ReadonlyMap<string, TextMeasures> {
  const index = new Map<string, TextMeasures>();
  for (const text of texts) {
    const key = JSON.stringify([text.promptId, text.sample]);
    if (index.has(key)) {
      throw new PruneError(
        'DATA',
        `Sample ${text.sample} of the ${owner} after the prompt ${quoteName(text.promptId)} is there twice; ` +
          'each text after the same prompt must have a sample number of its own.',
      );
    }
    index.set(key, text);
  }
  return index;
}

function describeMissing({ promptId, sample }: TextMeasures, owner: string): string {
  return (
    `The ${owner} has no sample ${sample} after the prompt ${quoteName(promptId)}. ` +
    'Texts are compared in pairs, so that both models must have written the same ones.'
  );
}
