import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, Unavailable } from './errors.ts';
import { causeOf } from './file-causes.ts';
import { randomId } from './ids.ts';

/**
 * Makes this process the only one that uses a data folder, and returns the function that releases it. The lock of a dead
 * process is taken over, even if its process id is in use again. Throws `Unavailable` with the id of the process that holds it.
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  await mkdir(folder, { recursive: true }).catch((error: unknown) => {
    throw new Unavailable(`The data folder ${folder} cannot be made: ${causeOf(error, ANOTHER_FOLDER)}`);
  });
  const path = join(folder, 'lock');
  const mine = join(folder, randomId('lock'));
  try {
    await writeFile(mine, [process.pid, await startOf(process.pid)].join(' ').trim());
    for (let attempt = 0; attempt < 2; attempt++) {
      // A lock file always contains the id of its process: it is written first and linked under its name after that.
      if (await linked(mine, path)) return () => rm(path, { force: true });
      const holder = await readLock(path);
      await assertNotHeld(folder, holder);
      await removeStale(path, holder);
    }
  } catch (error) {
    if (error instanceof Unavailable) throw error;
    throw new Unavailable(`The data folder ${folder} cannot be written: ${causeOf(error, ANOTHER_FOLDER)}`);
  } finally {
    await rm(mine, { force: true }).catch(() => undefined);
  }
  throw new Unavailable(`The data folder ${folder} is being taken by another process; try again.`);
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** What stands in the lock; nothing where it has just been released. */
async function readLock(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return '';
    throw new Unavailable(
      `The lock ${path} cannot be read, so another process may hold the data folder: ${messageOf(error)}; start as the owner of that file, or remove it if no Tantieme runs there.`,
    );
  }
}

/** A lock without a process in it is of a crash that left its file empty, and holds nothing. */
async function assertNotHeld(folder: string, holder: string): Promise<void> {
  const [pid = 0, start] = holder.split(' ').map(Number);
  if (!isAlive(pid)) return;
  const startNow = await startOf(pid);
  const isKnown = start !== undefined && startNow !== undefined;
  if (isKnown && start !== startNow) return;
  const doubt = isKnown ? '' : `; if it is not Tantieme, remove ${join(folder, 'lock')}`;
  throw new Unavailable(
    `The data folder ${folder} is held by process ${pid}; stop that process, or use its API${doubt}.`,
  );
}

/** Removes the lock of a dead process. If another process has replaced it in the meantime, its lock is restored. */
async function removeStale(path: string, holder: string): Promise<void> {
  const aside = `${path}-${randomId('stale')}`;
  try {
    await rename(path, aside);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw error;
  }
  if ((await readFile(aside, 'utf8')) !== holder) await linked(aside, path);
  await rm(aside);
}

/** Our own process id in the file belongs to an earlier process: this one takes the lock only once. */
function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

/** When a process started, in clock ticks since the machine did; undefined where the system has no /proc as Linux has it. */
async function startOf(pid: number): Promise<number | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  // proc_pid_stat(5): the name, in brackets, may hold spaces; the start is field 22, the 20th after it.
  const start = Number(stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19]);
  return Number.isInteger(start) ? start : undefined;
}

const ANOTHER_FOLDER = 'set TANTIEME_DATA_DIR to another folder';

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException | undefined)?.code;
