/** So many of some windows, spread evenly over them; all of them where there are no more. */
export function pickWindows(windows: readonly Int32Array[], count: number): readonly Int32Array[] {
  if (count >= windows.length) return windows;
  return Array.from({ length: count }, (_, i) => Math.floor((i * windows.length) / count)).flatMap(
    (place) => windows[place] ?? [],
  );
}

/** As many of some windows as have about so many tokens, spread evenly over them; all of them where they have no more. */
export function limitTokens(windows: readonly Int32Array[], most: number): readonly Int32Array[] {
  const tokens = countTokens(windows);
  return tokens <= most
    ? windows
    : pickWindows(windows, Math.max(1, Math.floor((most / tokens) * windows.length)));
}

export function countTokens(windows: readonly Int32Array[]): number {
  return windows.reduce((sum, { length }) => sum + length, 0);
}

/** The tokens of the longest window; 0 where there is none. */
export function countLongest(windows: readonly Int32Array[]): number {
  return windows.reduce((most, { length }) => Math.max(most, length), 0);
}
