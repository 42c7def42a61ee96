import { formatCount, formatCounted } from '../../gguf/index.js';
import { estimateTrainingMemory } from '../../heal/index.js';
import { countConvertedBytes, type Model, type TrainedState } from '../../native/index.js';
import { formatBytes } from '../../report/index.js';
import type { Run } from '../start.js';

/** Says what is trained, and about how much memory that takes. */
export function announceTraining(
  { model, options, windowTokens }: Run,
  session: Model,
  { names, values }: TrainedState,
  {
    steps,
    batch,
    tokens,
    stream,
    heldBytes,
  }: {
    readonly steps: number;
    readonly batch: number;
    /** Of the windows of all steps. */
    readonly tokens: number;
    /** What the distance from the original's residual stream counts. */
    readonly stream: number;
    readonly heldBytes: number;
  },
): void {
  const parameters = values.reduce((sum, { length }) => sum + length, 0);
  const { trunk, embeddingLength: embedding = 0 } = model.description;
  const streams = stream > 0 ? 2 : 1;
  // each matrix as it is and turned round; and, where that is another one by now, as the original has it
  const copies = session.converted ? ((1 + streams) / 2) * countConvertedBytes(session) : 0;
  const bytes = estimateTrainingMemory({
    parameters,
    blocks: trunk,
    embedding,
    vocabulary: model.facts.vocabulary,
    windowTokens,
    streams,
    heldBytes,
  });
  const text =
    `Training ${formatCount(parameters)} numbers${describeParts(names)} on ${formatCount(tokens)} tokens, in ` +
    `${formatCounted(steps, 'step')} of ${formatCounted(batch, 'window')}; it takes about ${formatBytes(bytes + copies)} of memory beside the model.`;
  options.onEvent?.({ kind: 'note', text });
}

function describeParts(names: readonly string[]): string {
  const adapters = names.filter((name) => name.endsWith('.lora_a')).length;
  const norms = names.filter((name) => name.endsWith('_norm.weight')).length;
  const wholes = names.length - 2 * adapters - norms;
  const parts = [
    ...(adapters === 0 ? [] : [`adapters of ${formatCounted(adapters, 'matrix', 'matrices')}`]),
    ...(wholes === 0 ? [] : [formatCounted(wholes, 'matrix', 'matrices')]),
    ...(norms === 0 ? [] : [formatCounted(norms, 'norm')]),
  ];
  return ` of ${parts.join(', ')}`;
}
