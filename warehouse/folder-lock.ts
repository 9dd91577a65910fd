import { mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Unavailable } from './errors.ts';

/**
 * Makes this process the only one that uses a data folder, and gives the act that releases it. A lock whose process is
 * gone is taken over. Throws `Unavailable` with the process that holds it.
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  await mkdir(folder, { recursive: true }).catch((error: Error) => {
    throw new Unavailable(`The data folder ${folder} cannot be made: ${error.message}`);
  });
  const path = join(folder, 'lock');
  for (let attempt = 0; attempt < 2; attempt++) {
    const handle = await open(path, 'wx').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return undefined;
      throw new Unavailable(`The data folder ${folder} cannot be written: ${error.message}`);
    });
    if (handle) {
      await handle.writeFile(String(process.pid));
      await handle.close();
      return () => rm(path, { force: true });
    }
    const holder = Number(await readFile(path, 'utf8').catch(() => ''));
    if (isAlive(holder)) {
      throw new Unavailable(
        `The data folder ${folder} is held by process ${holder}; stop that process, or ask it through its API.`,
      );
    }
    await rm(path, { force: true });
  }
  throw new Unavailable(`The data folder ${folder} is being taken by another process; try again.`);
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
