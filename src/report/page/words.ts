import { formatChange } from '../format.js';
import type { RateReport } from '../run.js';

/** How the page writes values. */

export function formatNats(value: number | null): string {
  if (value === null) return '–';
  return `${value === 0 || Math.abs(value) >= 0.0095 ? value.toFixed(3) : value.toPrecision(2)} nats`;
}

/** A standard error: more than two digits of it tell nothing. */
export function formatError(value: number): string {
  return `± ${Number.isFinite(value) ? Number(value.toPrecision(2)) : '–'}`;
}

/** A share that something grew by. */
export function formatIncrease(value: number | null): string {
  return value === null ? '–' : formatChange(1, 1 + value);
}

/** How a rate changed, where the two can be told apart. */
export function formatRateChange(before: RateReport, after: RateReport): string {
  const isExact = before.lowest === before.highest && after.lowest === after.highest;
  const isApart = isExact || before.lowest > after.highest || after.lowest > before.highest;
  const change = formatChange(before.median, after.median);
  return isApart ? change : `${change}, ranges overlap`;
}

export function formatThreads(count: number): string {
  return `${count} thread${count === 1 ? '' : 's'}`;
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

const turning = /[\u202A-\u202E\u2066-\u2069]/g;

/** Without the characters by which a name or a text could turn round what stands beside it. */
export function straighten<T>(value: T): T {
  if (typeof value === 'string') return value.replace(turning, '') as T;
  if (Array.isArray(value)) return value.map((one: unknown) => straighten(one)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [key, straighten(one as unknown)]),
  ) as T;
}
