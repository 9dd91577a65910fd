import { join } from 'node:path';
import type { SpoolDisk } from './disk.ts';

/** The name of the file that a probe writes; if a crash leaves it behind, it is deleted. */
export const PROBE = 'probe';

/** The size of the file: somewhat more than a batch of twenty events. */
export const PROBE_BYTES = 64 * 1024;

/** Writes, syncs and removes a file. Errors of the disk are passed on, after the file is removed. */
export async function probeDisk(disk: SpoolDisk, folder: string): Promise<void> {
  const path = join(folder, PROBE);
  try {
    const file = await disk.open(path);
    try {
      // A file that could not be removed must not grow with every probe.
      await file.truncate(0);
      await file.write(new Uint8Array(PROBE_BYTES));
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    // A partly written file would fill the disk further.
    await disk.remove(path).catch(() => {});
    throw error;
  }
  await disk.remove(path);
}
