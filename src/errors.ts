/** What went wrong, as a stable word that callers may switch on. */
export type ErrorCode =
  | 'USAGE'
  | 'FILE_NOT_FOUND'
  | 'FILE_NOT_READABLE'
  | 'FILE_CHANGED'
  | 'NOT_GGUF'
  | 'GGUF_DAMAGED'
  | 'GGUF_UNSUPPORTED'
  | 'NOT_A_MODEL'
  | 'ARCHITECTURE_UNSUPPORTED'
  | 'NO_SUCH_BLOCK'
  | 'DROP_REFUSED'
  | 'COMPANION'
  | 'CALIBRATION'
  | 'DATA'
  | 'OUTPUT'
  | 'VERIFY_FAILED'
  | 'SCORE_UNDEFINED'
  | 'NATIVE_MISSING'
  | 'NATIVE_FAILED'
  | 'NATIVE_CRASHED'
  | 'BACKEND'
  | 'BUDGET'
  | 'LIMIT_BROKEN'
  | 'CANCELLED';

/**
 * The one error class of this package. The message is a full sentence or two for the person at the
 * keyboard: what was wrong, where, and what would be valid.
 */
export class PruneError extends Error {
  override readonly name = 'PruneError';

  constructor(
    readonly code: ErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** What was given instead of a number that is valid, to end a message with; nothing where it was no number at all. */
export function describeGiven(value: number | undefined, separator = ', '): string {
  return Number.isNaN(value) ? '' : `${separator}not ${value}`;
}
