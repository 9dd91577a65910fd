type Signal = 'SIGINT' | 'SIGTERM';

/** Ctrl-C under npm arrives twice at once: from the terminal, and passed on by npm. */
const SAME_KEY_PRESS_MS = 500;

/** After which whatever still goes on is abandoned; the platforms that stop processes wait 30 s. */
const LONGEST_STOP_MS = 25_000;

const ABANDONED = `What is under way did not end within ${LONGEST_STOP_MS / 1000} s and is abandoned, as in a crash; the next start recovers it.`;

/**
 * Resolves at the first SIGINT or SIGTERM. From then on a further one, or the end of the time for stopping, kills the
 * process; a sentence for `warn` says the latter.
 */
export function firstSignal(warn: (sentence: string) => void): Promise<Signal> {
  const { promise, resolve } = Promise.withResolvers<Signal>();
  let onSignal = (first: Signal): void => {
    onSignal = () => undefined;
    setTimeout(() => {
      onSignal = kill;
    }, SAME_KEY_PRESS_MS).unref();
    setTimeout(() => {
      warn(ABANDONED);
      kill();
    }, LONGEST_STOP_MS).unref();
    resolve(first);
  };
  // One listener for good: between two there would be a moment at which a signal ends the process.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => onSignal(signal));
  return promise;
}

/** An ordinary exit would wait for the statement that DuckDB runs; the stores survive a kill at any time. */
function kill(): void {
  process.kill(process.pid, 'SIGKILL');
}
