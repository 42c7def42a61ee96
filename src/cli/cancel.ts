/**
 * Ctrl-C: the first one asks the work to stop and clean up, a second one ends the process at once. Where the work can end
 * early with a result, the first one asks for that.
 */

const controller = new AbortController();
const early = new AbortController();
let canEndEarly = false;

/** Aborts when the user wants to stop. */
export const cancelSignal: AbortSignal = controller.signal;

/** Aborts when the user wants what can end early to do so. */
export const endEarlySignal: AbortSignal = early.signal;

/** Says whether what is done now can end early. */
export function allowEndingEarly(can: boolean): void {
  canEndEarly = can;
}

/** Listens for Ctrl-C and termination until it is ended. */
export function startCancelling(): { end(): void } {
  const stop = () => {
    if (canEndEarly && !early.signal.aborted) {
      early.abort();
      return;
    }
    if (controller.signal.aborted) process.exit(130);
    controller.abort();
  };
  const cancel = () => {
    canEndEarly = false;
    stop();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', cancel);
  return {
    end() {
      process.off('SIGINT', stop);
      process.off('SIGTERM', cancel);
    },
  };
}
