import { basename, join } from 'node:path';
import type { SpoolDisk } from './disk.ts';
import { type Segment, sealedSegment } from './segment.ts';

/** Where segments wait for a person; within the spool's folder, so that a move cannot leave the disk. */
const SET_ASIDE = 'set-aside';

/**
 * Moves a segment's file out of the way under its own name, beside a text that says why, and resolves with its new path.
 * The reason is there before the segment is: a crash between leaves the segment waiting, to be judged again.
 */
export async function moveAside(
  segment: Segment,
  { disk, folder, reason }: { disk: SpoolDisk; folder: string; reason: string },
): Promise<string> {
  const aside = join(folder, SET_ASIDE);
  const path = join(aside, basename(segment.path));
  await disk.makeFolder(aside);
  const text = await disk.open(`${path}.reason.txt`);
  try {
    await text.write(Buffer.from(`${reason}\n`));
    await text.sync();
  } finally {
    await text.close();
  }
  await disk.rename(segment.path, path);
  // Where this fails a power cut may bring the segment back to where it waited, which is as safe.
  await Promise.allSettled([disk.syncFolder(aside), disk.syncFolder(folder)]);
  return path;
}

/** How many segments were set aside, given the names in the spool's folder. */
export async function countSetAside(
  files: readonly { readonly name: string }[],
  { disk, folder }: { disk: SpoolDisk; folder: string },
): Promise<number> {
  if (!files.some(({ name }) => name === SET_ASIDE)) return 0;
  const aside = join(folder, SET_ASIDE);
  return (await disk.list(aside)).filter((file) => sealedSegment(aside, file) !== undefined).length;
}
