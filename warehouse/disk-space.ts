import { stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Unavailable } from './errors.ts';

/** Below this, hardly anything that a store does can be written. */
const FULL_BELOW_BYTES = 1024n * 1024n;

/** Whether the disk of a folder is as good as full: for a failure that does not give its cause. */
export async function isDiskFull(folder: string): Promise<boolean> {
  const free = await freeBytes(folder);
  return free !== undefined && free < FULL_BELOW_BYTES;
}

/** The free space on the disk of a folder, which need not exist yet; undefined if it cannot be found out. */
export async function freeBytes(folder: string): Promise<bigint | undefined> {
  const found = await statfs(folder, { bigint: true }).catch(() => undefined);
  if (found) return found.bavail * found.bsize;
  return dirname(folder) === folder ? undefined : freeBytes(dirname(folder));
}

/** The folders on whose disks long work writes, and the warehouse file, if there is one. */
export interface Stores {
  readonly folders: readonly string[];
  readonly file: string | undefined;
}

/** Long work needs this much, or half of the warehouse file if that is more: it writes its tables anew, drafts without compression, and spills. */
const LEAST_BYTES = 512n * 1024n * 1024n;
const MEBIBYTE = 1024n * 1024n;

/**
 * Throws `Unavailable` if the free space will clearly not do for long work, so that it does not fail halfway. `work` is the
 * subject of the message: `The build`.
 */
export async function assertDiskSpace(
  work: string,
  { folders, file }: Stores,
  free: (folder: string) => Promise<bigint | undefined> = freeBytes,
): Promise<void> {
  const size = file === undefined ? 0n : await stat(file, { bigint: true }).then(sizeOf, () => 0n);
  const needed = size / 2n > LEAST_BYTES ? size / 2n : LEAST_BYTES;
  for (const folder of folders) {
    const found = await free(folder);
    if (found === undefined || found >= needed) continue;
    const [has, needs] = [found, needed].map((bytes) => (bytes / MEBIBYTE).toLocaleString('en'));
    throw new Unavailable(
      `${work} cannot be started: the disk of ${folder} has ${has} MiB free, and it may need ${needs} MiB; free some space and try again.`,
    );
  }
}

const sizeOf = ({ size }: { readonly size: bigint }): bigint => size;
