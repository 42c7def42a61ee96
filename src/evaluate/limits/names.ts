/** How a figure is written and read. Shares and accuracies are 0 to 1 where they are measured, per cent in a limit. */
export type LimitKind = 'figure' | 'share' | 'accuracy' | 'bytes' | 'rate';

/** What has to be done for a figure to be there. */
export type Measurement =
  'divergence' | 'perplexity' | 'agreement' | 'tasks' | 'generation' | 'speed' | 'size' | 'memory';

export interface LimitName {
  readonly name: string;
  /** The subject of a sentence. */
  readonly title: string;
  readonly kind: LimitKind;
  readonly measurement: Measurement;
  /** Whether the figure is itself a comparison with the original, which has no figure of its own. */
  readonly isComparison: boolean;
}

function nameFigure(
  name: string,
  title: string,
  kind: LimitKind,
  measurement: Measurement,
  isComparison = false,
): LimitName {
  return { name, title, kind, measurement, isComparison };
}

/** All names but those of tasks. */
export const limitNames: readonly LimitName[] = [
  nameFigure('kld', 'mean KL divergence', 'figure', 'divergence', true),
  nameFigure('kld99', '99th percentile of KL divergence', 'figure', 'divergence', true),
  nameFigure('same-top', 'share of same next tokens', 'share', 'agreement', true),
  nameFigure('ppl', 'perplexity', 'figure', 'perplexity'),
  nameFigure('repetition', 'share of repeats in generated text', 'share', 'generation'),
  nameFigure('loops', 'share of texts that end in a loop', 'share', 'generation'),
  nameFigure('drift', 'share of texts in another language', 'share', 'generation'),
  nameFigure('prompt-speed', 'prompt speed', 'rate', 'speed'),
  nameFigure('speed', 'generation speed', 'rate', 'speed'),
  nameFigure('size', 'file size', 'bytes', 'size'),
  nameFigure('memory', 'memory', 'bytes', 'memory'),
];

/** The name of a task's accuracy. */
export function nameTask(task: string): LimitName {
  return nameFigure(task, `accuracy in ${task}`, 'accuracy', 'tasks');
}
