/** Ctrl-C: the first one asks the work to stop and clean up, a second one ends the process at once. */

const controller = new AbortController();

/** Aborts when the user wants to stop. */
export const cancelSignal: AbortSignal = controller.signal;

/** Listens for Ctrl-C and termination until it is ended. */
export function startCancelling(): { end(): void } {
  const stop = () => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return {
    end() {
      process.off('SIGINT', stop);
      process.off('SIGTERM', stop);
    },
  };
}
