/** Numbers as a person reads them. */

/** Decimal units, as file managers and model pages show them: `98.4 MB`. */
export function formatBytes(bytes: number): string {
  if (!Number.isFinite(bytes)) return '–';
  if (bytes < 1000) return bytes === 1 ? '1 byte' : `${bytes} bytes`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  let value = bytes / 1000;
  let unit = 0;
  // the limits are where rounding would show a thousand
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${value.toFixed(value < 99.95 ? 1 : 0)} ${units[unit]}`;
}

/** `135 M`, `8.0 B`. */
export function formatParameters(count: number): string {
  if (count >= 999.5e6) return `${(count / 1e9).toFixed(1)} B`;
  return count >= 999.5e3 ? `${Math.round(count / 1e6)} M` : `${Math.round(count / 1e3)} k`;
}

/** Three significant digits, thousands separated: `22.4`, `298`, `12,345`. */
export function formatFigure(value: number): string {
  if (!Number.isFinite(value)) return '–';
  if (value >= 999_999.5) return value.toExponential(1);
  if (value >= 999.5) return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',');
  if (value >= 9.995) return value.toFixed(value >= 99.95 ? 0 : 1);
  return value === 0 || value >= 0.995 ? value.toFixed(2) : value.toPrecision(3);
}

/** The change from one value to another: `−7.0 %`, `+38 %`, `× 12` from ten times on. */
export function formatChange(before: number, after: number): string {
  const ratio = after / before;
  if (!Number.isFinite(ratio)) return '–';
  if (ratio >= 9.995) return `× ${ratio < 999.5 ? Math.round(ratio) : formatFigure(ratio)}`;
  const percent = 100 * (ratio - 1);
  const digits = Math.abs(percent) < 9.95 ? 1 : 0;
  const rounded = Math.abs(percent).toFixed(digits);
  const sign = Number(rounded) === 0 ? '±' : percent < 0 ? '−' : '+';
  return `${sign}${rounded} %`;
}

/** A share as per cent: `64.8 %`. */
export function formatShare(value: number | null, digits = 0): string {
  return value === null ? '–' : `${(100 * value).toFixed(digits)} %`;
}

/** A share that is known to within an error: `64.8 ± 0.7 %`. */
export function formatShareWithin(value: number, error: number | null): string {
  if (error === null) return formatShare(value, 1);
  return `${(100 * value).toFixed(1)} ± ${(100 * error).toFixed(1)} %`;
}

/** A difference of shares in points, known to within an error: `−5.0 ± 1.2`. */
export function formatPoints(value: number, error: number | null): string {
  const points = (100 * Math.abs(value)).toFixed(1);
  const sign = Number(points) === 0 ? '±' : value < 0 ? '−' : '+';
  return `${sign}${points}${error === null ? '' : ` ± ${(100 * error).toFixed(1)}`}`;
}
