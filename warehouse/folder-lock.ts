import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, Unavailable } from './errors.ts';
import { randomId } from './ids.ts';

/**
 * Makes this process the only one that uses a data folder, and gives the act that releases it. A lock whose process is
 * gone is taken over. Throws `Unavailable` with the process that holds it.
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
      // Whoever finds the lock must find its process in it: it gets its name only when it is written.
      if (await linked(mine, path)) return () => rm(path, { force: true });
      const holder = await readFile(path, 'utf8').catch(() => '');
      if (isAlive(Number(holder))) {
        throw new Unavailable(
          `The data folder ${folder} is held by process ${holder}; stop that process, or ask it through its API.`,
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

/** Takes away a lock whose process is gone; one that another process has put there in the meantime is put back. */
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

/** Our own number in the file is of an earlier process: this one takes the lock only once. */
function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
