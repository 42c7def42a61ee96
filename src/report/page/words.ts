/** How the page writes values. */

export function formatNats(value: number | null): string {
  return value === null ? '–' : `${value.toFixed(3)} nats`;
}

export function formatShare(value: number | null, digits = 0): string {
  return value === null ? '–' : `${(100 * value).toFixed(digits)} %`;
}

/** A share that something grew by. */
export function formatPercent(value: number | null): string {
  if (value === null) return '–';
  return `${value < 0 ? '−' : '+'}${Math.abs(100 * value).toFixed(0)} %`;
}

export function formatDropped({
  dropped,
  droppedAttention,
}: {
  readonly dropped: readonly number[];
  readonly droppedAttention: readonly number[];
}): string {
  const parts = [
    ...(dropped.length > 0 ? [dropped.join(', ')] : []),
    ...(droppedAttention.length > 0 ? [`attention of ${droppedAttention.join(', ')}`] : []),
  ];
  return parts.length === 0 ? 'nothing' : parts.join('; ');
}
