import { join } from 'node:path';
import { systemClock } from '../../warehouse/clock.ts';
import { Unavailable } from '../../warehouse/errors.ts';
import { causeOf } from '../../warehouse/file-causes.ts';
import { nodeDisk, type SpoolDisk } from './disk.ts';
import { FolderSpool, type Recovered } from './folder-spool.ts';
import { PROBE } from './probe.ts';
import { countQuarantined } from './quarantine.ts';
import { openSegmentId, SegmentWriter, sealedSegments } from './segment.ts';
import type { Spool, SpoolOptions } from './spool.ts';

const MEBIBYTE = 1024 * 1024;

/** The folder of the spool in a data folder. */
export function spoolFolderIn(dataFolder: string): string {
  return join(dataFolder, 'spool');
}

/** Opens the spool, creates its folder if missing, and seals segments that a crash left open. Throws `Unavailable` if the disk fails. */
export async function openSpool(options: SpoolOptions): Promise<Spool> {
  const settled = {
    maxBytes: 8192 * MEBIBYTE,
    maxSegmentBytes: 64 * MEBIBYTE,
    disk: nodeDisk,
    clock: systemClock,
    ...options,
  };
  try {
    return new FolderSpool(settled, await recover(settled));
  } catch (error) {
    throw new Unavailable(
      `The spool in ${options.folder} cannot be opened: ${causeOf(error, 'set TANTIEME_DATA_DIR to another folder')}`,
    );
  }
}

async function recover({ disk, folder }: { disk: SpoolDisk; folder: string }): Promise<Recovered> {
  await disk.makeFolder(folder);
  const files = await disk.list(folder);
  const segments = sealedSegments(folder, files);
  for (const file of files) {
    if (file.name === PROBE) await disk.remove(join(folder, PROBE));
    const segment_id = openSegmentId(file.name);
    if (segment_id === undefined) continue;
    const writer = await SegmentWriter.resume({ disk, folder, segment_id });
    if (writer.eventCount > 0) {
      segments.push(await writer.seal());
    } else {
      await writer.close();
      await disk.remove(join(folder, file.name));
    }
  }
  await disk.syncFolder(folder);
  return {
    sealed: segments.sort((a, b) => (a.segment_id < b.segment_id ? -1 : 1)),
    quarantinedCount: await countQuarantined(files, { disk, folder }),
  };
}
