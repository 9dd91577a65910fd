import { join } from 'node:path';
import { messageOf, Unavailable } from '../warehouse/errors.ts';
import { nodeDisk, type SpoolDisk } from './spool/disk.ts';
import { FolderSpool, type Recovered } from './spool/folder-spool.ts';
import { PROBE } from './spool/probe.ts';
import { openSegmentId, type Segment, SegmentWriter, sealedSegment } from './spool/segment.ts';
import { countSetAside } from './spool/set-aside.ts';

export type { Segment } from './spool/segment.ts';

export interface SpoolState {
  /** Held on disk or on the way there, and not yet removed; bounded by `maxBytes`. */
  readonly waiting_bytes: number;
  readonly sealed_count: number;
  /** Segments that wait for a person; they neither count as waiting nor towards the bound. */
  readonly set_aside_count: number;
  /** Why lines were last turned away or a seal failed, without a path; null once one or a probe has succeeded. */
  readonly failure: string | null;
}

/** What was acknowledged to a sender, one receipt a line, kept on this machine until it is loaded. Belongs to one process. */
export interface Spool {
  /**
   * Resolves when all the lines, each a JSON document without newline, are durable; one sync serves all who wait.
   * Rejects with `Unavailable`, and keeps none of them, on a full or failing disk or over the bound.
   */
  append(lines: readonly string[]): Promise<void>;
  /** Closes the open segment, so that everything acknowledged so far can be read. Rejects with `Unavailable`. */
  seal(): Promise<void>;
  /** The sealed segments in order. A segment may come again after a crash, under the same id and with the same bytes. */
  segments(): Promise<Segment[]>;
  /** Forgets a segment that was loaded; one that is gone already is no error. */
  remove(segment_id: string): Promise<void>;
  /**
   * Moves a segment that cannot be loaded into `set-aside/`, beside `<name>.reason.txt`, and resolves with its new path. Put
   * back into the spool's folder by hand, it is taken up by the next start. Rejects with `Conflict` if it does not wait,
   * with `Unavailable` if the disk refuses: then it still waits.
   */
  setAside(segment_id: string, reason: string): Promise<string>;
  /** Writes, syncs and removes a file to learn whether lines can be taken now: null, or why not as in `failure`. */
  probe(): Promise<string | null>;
  state(): SpoolState;
  /** Seals if the disk allows; what stays open is recovered by the next start. */
  close(): Promise<void>;
}

export interface SpoolOptions {
  readonly folder: string;
  /** How much may wait before senders are told to come again. */
  readonly maxBytes?: number;
  /** A segment that has reached this size is sealed without being asked. */
  readonly maxSegmentBytes?: number;
  readonly disk?: SpoolDisk;
}

const MEBIBYTE = 1024 * 1024;

/** Opens the folder, made if missing, and seals what a crash left open. Throws `Unavailable` where the disk refuses. */
export async function openSpool(options: SpoolOptions): Promise<Spool> {
  const settled = { maxBytes: 8192 * MEBIBYTE, maxSegmentBytes: 64 * MEBIBYTE, disk: nodeDisk, ...options };
  try {
    return new FolderSpool(settled, await recover(settled));
  } catch (error) {
    throw new Unavailable(`The spool in ${options.folder} cannot be opened: ${messageOf(error)}`);
  }
}

async function recover({ disk, folder }: { disk: SpoolDisk; folder: string }): Promise<Recovered> {
  await disk.makeFolder(folder);
  const files = await disk.list(folder);
  const segments: Segment[] = [];
  for (const file of files) {
    if (file.name === PROBE) await disk.remove(join(folder, PROBE));
    const segment_id = openSegmentId(file.name);
    const sealed = sealedSegment(folder, file);
    if (sealed) segments.push(sealed);
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
    setAsideCount: await countSetAside(files, { disk, folder }),
  };
}
