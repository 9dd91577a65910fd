import { basename, join } from 'node:path';
import type { SpoolDisk } from './disk.ts';
import { type Segment, sealedSegment } from './segment.ts';

/** Where segments wait for a person; inside the spool's folder, so that a move stays on one disk. */
const QUARANTINE = 'quarantine';

/**
 * Moves the file of a segment into the quarantine, next to a text file with the reason, and resolves with its new path.
 * The reason is written first: after a crash in between, the segment is still in the spool and is checked again.
 */
export async function moveToQuarantine(
  segment: Pick<Segment, 'path'>,
  { disk, folder, reason }: { disk: SpoolDisk; folder: string; reason: string },
): Promise<string> {
  const quarantine = join(folder, QUARANTINE);
  const path = join(quarantine, basename(segment.path));
  await disk.makeFolder(quarantine);
  const text = await disk.open(`${path}.reason.txt`);
  try {
    await text.write(Buffer.from(`${reason}\n`));
    await text.sync();
  } finally {
    await text.close();
  }
  await disk.rename(segment.path, path);
  // If this fails, a power failure may undo the move, which is just as safe.
  await Promise.allSettled([disk.syncFolder(quarantine), disk.syncFolder(folder)]);
  return path;
}

/** The number of quarantined segments. `files` are those of the spool's folder. */
export async function countQuarantined(
  files: readonly { readonly name: string }[],
  { disk, folder }: { disk: SpoolDisk; folder: string },
): Promise<number> {
  if (!files.some(({ name }) => name === QUARANTINE)) return 0;
  const quarantine = join(folder, QUARANTINE);
  return (await disk.list(quarantine)).filter((file) => sealedSegment(quarantine, file) !== undefined).length;
}
