import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, Unavailable } from './errors.ts';
import { randomId } from './ids.ts';

/**
 * Makes this process the only one that uses a data folder, and returns the function that releases it. The lock of a dead
 * process is taken over. Throws `Unavailable` with the id of the process that holds it.
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  await mkdir(folder, { recursive: true }).catch((error: unknown) => {
    throw new Unavailable(`The data folder ${folder} cannot be made: ${messageOf(error)}`);
  });
  const path = join(folder, 'lock');
  const mine = join(folder, randomId('lock'));
  try {
    await writeFile(mine, String(process.pid));
    for (let attempt = 0; attempt < 2; attempt++) {
      // A lock file always contains the id of its process: it is written first and linked under its name after that.
      if (await linked(mine, path)) return () => rm(path, { force: true });
      const holder = await readFile(path, 'utf8').catch(() => '');
      if (isAlive(Number(holder))) {
        throw new Unavailable(
          `The data folder ${folder} is held by process ${holder}; stop that process, or use its API.`,
        );
      }
      await removeStale(path, holder);
    }
  } catch (error) {
    if (error instanceof Unavailable) throw error;
    throw new Unavailable(`The data folder ${folder} cannot be written: ${messageOf(error)}`);
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
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Removes the lock of a dead process. If another process has replaced it in the meantime, its lock is restored. */
async function removeStale(path: string, holder: string): Promise<void> {
  const aside = `${path}-${randomId('stale')}`;
  try {
    await rename(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
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
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
