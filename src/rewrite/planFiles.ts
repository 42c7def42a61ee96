import { PruneError } from '../errors.js';
import { encodeHeader, isLastPadded, trailingBytes, type GgufHeader } from '../gguf/index.js';
import type { Content, GivenPiece, Piece } from './content.js';
import { divideContent } from './divide.js';

/** Where bytes go in a target file. */
export interface Placed {
  /** Absolute, in bytes. */
  readonly to: number;
}

/** Bytes that go from a source file, or from memory, to one run of a target file. */
export type CopyRange = (Piece & Placed) | (GivenPiece & Placed);

/** Everything there is to know of a file before it is written. */
export interface PlannedFile {
  /** The first bytes, padding included. */
  readonly header: Uint8Array;
  /** In order, without overlap. What lies between them is padding. */
  readonly ranges: readonly CopyRange[];
  readonly fileBytes: number;
}

/** Everything there is to know before a source is rewritten: into one file or, in order, the parts of a split model. */
export interface RewritePlan {
  readonly source: GgufHeader;
  readonly files: readonly [PlannedFile, ...PlannedFile[]];
  /** Of all files. */
  readonly fileBytes: number;
}

/**
 * Plans the files for some content: one if it is of at most `limit` bytes, otherwise parts that are.
 * @throws PruneError USAGE when the limit is none, or asks for more parts than there can be
 */
export function planFiles(source: GgufHeader, content: Content, limit = Infinity): RewritePlan {
  if (!(limit > 0))
    throw new PruneError('USAGE', `A file cannot be of at most ${limit} bytes; 1 is the least.`);
  const whole = planWhole(source, content);
  const fitting = whole.fileBytes <= limit;
  const files: RewritePlan['files'] = fitting
    ? [whole]
    : mapParts(divideContent(content, source.alignment, limit), (part) => layOut(part, source.alignment));
  return { source, files, fileBytes: files.reduce((sum, file) => sum + file.fileBytes, 0) };
}

/** Plans a file of which nothing is in a source. */
export function planGiven(source: GgufHeader, content: Content): RewritePlan {
  const file = layOut(content, defaultAlignment);
  return { source, files: [file], fileBytes: file.fileBytes };
}

/** Of files that do not say otherwise. */
const defaultAlignment = 32;

function mapParts<A, B>([first, ...others]: readonly [A, ...A[]], map: (a: A) => B): [B, ...B[]] {
  return [map(first), ...others.map(map)];
}

/** What follows the last tensor stays where one file becomes one file; between parts it would mean nothing. */
function planWhole({ parts, alignment }: GgufHeader, content: Content): PlannedFile {
  const [only, ...others] = parts;
  if (others.length > 0) return layOut(content, alignment);
  const bytes = trailingBytes(only);
  const tail = bytes > 0 ? [{ part: 0, from: only.fileBytes - bytes, bytes }] : [];
  return layOut(content, alignment, isLastPadded(only), tail);
}

function layOut(
  { entries, tensors }: Content,
  alignment: number,
  padLast = true,
  tail: readonly Piece[] = [],
): PlannedFile {
  const encoded = encodeHeader({ entries, tensors, alignment, padLast });
  const payloads = tensors.flatMap(({ pieces }, index) =>
    placePieces(pieces, encoded.dataOffset + (encoded.tensors[index]?.offset ?? NaN)),
  );
  const trailing = placePieces(tail, encoded.fileBytes);
  return {
    header: encoded.bytes,
    ranges: joinRanges([...payloads, ...trailing]),
    fileBytes: trailing.reduce((sum, { bytes }) => sum + bytes, encoded.fileBytes),
  };
}

/** One piece after the other. */
function placePieces(pieces: readonly (Piece | GivenPiece)[], start: number): readonly CopyRange[] {
  let to = start;
  return pieces.map((piece) => {
    const range = { ...piece, to };
    to += piece.bytes;
    return range;
  });
}

/** Joins ranges that lie at the same distance and no more than padding apart, so that they are copied in one go. */
function joinRanges(ranges: readonly CopyRange[]): readonly CopyRange[] {
  const joined: CopyRange[] = [];
  for (const range of ranges) {
    const last = joined.at(-1);
    if (isPlain(last) && isPlain(range) && isNext(last, range)) {
      joined[joined.length - 1] = { ...last, bytes: range.from + range.bytes - last.from };
    } else {
      joined.push(range);
    }
  }
  return joined;
}

type PlainRange = Piece & Placed;

/** Bytes of a source as they are. */
function isPlain(range: CopyRange | undefined): range is PlainRange {
  return (
    range !== undefined && range.given === undefined && range.comb === undefined && range.scale === undefined
  );
}

const isNext = (last: PlainRange, range: PlainRange) =>
  last.part === range.part && range.from - last.from === range.to - last.to;
