import { join } from 'node:path';
import type { SpoolDisk } from './disk.ts';

/** The file that a probe writes; one that a crash left says nothing and may go. */
export const PROBE = 'probe';

/** What a probe writes: as much as a batch of twenty events needs, and some more. */
export const PROBE_BYTES = 64 * 1024;

/** Resolves when the disk took, kept and gave up a file. Errors are those of the disk, and leave nothing of the file. */
export async function probeDisk(disk: SpoolDisk, folder: string): Promise<void> {
  const path = join(folder, PROBE);
  try {
    const file = await disk.open(path);
    try {
      // One that could not be removed must not grow with every probe.
      await file.truncate(0);
      await file.write(new Uint8Array(PROBE_BYTES));
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    // What a full disk took of it would be one more thing in the way.
    await disk.remove(path).catch(() => {});
    throw error;
  }
  await disk.remove(path);
}
