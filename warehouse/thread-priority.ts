import { readdir, readFile } from 'node:fs/promises';
import { constants, getPriority, setPriority } from 'node:os';

/**
 * How much lower than the thread that answers requests the threads are that run statements of an engine, read and write files.
 * Only Linux has priorities of threads, https://man7.org/linux/man-pages/man2/setpriority.2.html#BUGS; elsewhere all stay equal.
 */
const NICE = 5;
/** The name that libuv gives to them. A thread that one of them starts, such as those of an engine, inherits its name and its priority. */
const NAME = 'libuv-worker';

/**
 * Lowers the priority of the threads of this process that run statements and file operations, so that long statements do not keep the
 * thread that answers requests from a processor. Does nothing a second time, and nothing where threads have no priorities.
 */
export async function lowerWorkerPriority(): Promise<void> {
  if (process.platform !== 'linux') return;
  const tasks = '/proc/self/task';
  const lowered = Math.min(getPriority(process.pid) + NICE, constants.priority.PRIORITY_LOW);
  for (const thread of await readdir(tasks).catch(() => [])) {
    const name = await readFile(`${tasks}/${thread}/comm`, 'utf8').catch(() => '');
    if (name.trim() !== NAME) continue;
    try {
      if (getPriority(Number(thread)) < lowered) setPriority(Number(thread), lowered);
    } catch {
      // Forbidden in a sandbox, or the thread has ended: requests are answered all the same, only later.
    }
  }
}
