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

/**
 * The same windows in an order in which the first few, however many they are, lie all over them: at the places of the
 * sequence 0, 1/2, 1/4, 3/4, 1/8, … (van der Corput 1935).
 */
export function orderEvenly(windows: readonly Int32Array[]): readonly Int32Array[] {
  const { length } = windows;
  const digits = Math.ceil(Math.log2(Math.max(1, length)));
  const places = Array.from({ length: 2 ** digits }, (_, i) => Math.floor(reverseDigits(i) * length));
  return [...new Set(places)].flatMap((place) => windows[place] ?? []);
}

/** The number whose binary digits after the point are those of another one before it, backwards. */
function reverseDigits(number: number): number {
  return number === 0 ? 0 : ((number % 2) + reverseDigits(Math.floor(number / 2))) / 2;
}

export function countTokens(windows: readonly Int32Array[]): number {
  return windows.reduce((sum, { length }) => sum + length, 0);
}

/** The tokens of the longest window; 0 where there is none. */
export function countLongest(windows: readonly Int32Array[]): number {
  return windows.reduce((most, { length }) => Math.max(most, length), 0);
}
