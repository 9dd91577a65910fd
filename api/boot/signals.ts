type Signal = 'SIGINT' | 'SIGTERM';

/** Under npm one Ctrl-C sends two signals: one from the terminal and one forwarded by npm. */
const SAME_KEY_PRESS_MS = 500;

/** The maximum duration of a shutdown; platforms such as Kubernetes kill the process after 30 s. */
const LONGEST_STOP_MS = 25_000;

const ABANDONED = `The shutdown did not finish within ${LONGEST_STOP_MS / 1000} s, so the process is killed; the next start recovers the interrupted work.`;

/**
 * Resolves at the first SIGINT or SIGTERM. After it, a second signal kills the process, and so does the end of
 * `LONGEST_STOP_MS`, which is reported to `warn`.
 */
export function firstSignal(warn: (message: string) => void): Promise<Signal> {
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
  // One permanent listener: while listeners are exchanged, a signal would end the process.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => onSignal(signal));
  return promise;
}

/** A normal exit would wait for the running DuckDB statement; the stores survive a kill at any time. */
function kill(): void {
  process.kill(process.pid, 'SIGKILL');
}
