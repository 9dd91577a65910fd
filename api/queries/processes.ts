import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('./query-process.ts', import.meta.url));

/** A start takes longer than most queries, so after each query the process of the next one is started. */
const SPARE_MS = 10 * 60_000;

let spare: ChildProcess | undefined;
let expiry: NodeJS.Timeout | undefined;

/** A process of `query-process.ts` that waits for its task, for one query alone. */
export function takeProcess(): ChildProcess {
  clearTimeout(expiry);
  const taken = spare && isAlive(spare) ? spare : started();
  spare = undefined;
  taken.ref();
  taken.channel?.ref();
  return taken;
}

/** Starts a process for the next query, which ends by itself when there is none for a while, or with this process. */
export function prepareProcess(): void {
  if (spare && isAlive(spare)) return;
  const prepared = started();
  spare = prepared;
  prepared.unref();
  prepared.channel?.unref();
  prepared.once('error', () => undefined);
  expiry = setTimeout(() => {
    spare = undefined;
    prepared.kill('SIGKILL');
  }, SPARE_MS).unref();
}

/** Ends a process at once. Its files can be removed only after it. */
export async function endProcess(child: ChildProcess): Promise<void> {
  if (!isAlive(child)) return;
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await exited;
}

const started = (): ChildProcess =>
  fork(PROGRAM, { env: {}, execArgv: [], stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });

const isAlive = ({ exitCode, signalCode, pid }: ChildProcess): boolean =>
  exitCode === null && signalCode === null && pid !== undefined;
