import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Below this, hardly anything that a store does can be written. */
const FULL_BELOW_BYTES = 1024n * 1024n;

/** Whether the disk of a folder is as good as full: for a failure that does not give its cause. */
export async function isDiskFull(folder: string): Promise<boolean> {
  const found = await statfs(folder, { bigint: true }).catch(() => undefined);
  if (found) return found.bavail * found.bsize < FULL_BELOW_BYTES;
  return dirname(folder) !== folder && isDiskFull(dirname(folder));
}
