import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { SpoolDisk, SpoolFile } from './disk.ts';

/** A sealed file of receipts, one JSON document a line; it never changes again. */
export interface Segment {
  /** Unique for ever, and in the order of arrival among the segments that wait. */
  readonly segment_id: string;
  readonly path: string;
  readonly event_count: number;
  readonly byte_count: number;
  /** Of the whole file, as 64 hex digits: what was acknowledged, not what a later reading found. */
  readonly sha256: string;
}

const OPEN = /^(\d{12}-[0-9a-z_]+)\.open$/;
const SEALED = /^(\d{12}-[0-9a-z_]+)\.(\d+)\.([0-9a-f]{64})\.ndjson$/;
const NEWLINE = 0x0a;

/**
 * The number orders the segments of a folder; the run, 120 random bits drawn at every start, makes the id unique. A number
 * alone would come again once a folder was emptied, lost, or stood beside another gateway's, and the loader would then skip
 * a segment as already loaded. A counter file could be lost with the folder; this needs none.
 */
export function segmentId(number: number, run: string): string {
  return `${String(number).padStart(12, '0')}-${run}`;
}

export function numberOf(segment_id: string): number {
  return Number(segment_id.slice(0, 12));
}

/** The sealed segment that a file's name tells of, or undefined where it is none. */
export function sealedSegment(folder: string, file: { name: string; byte_count: number }): Segment | undefined {
  const [, segment_id, count, sha256] = SEALED.exec(file.name) ?? [];
  if (segment_id === undefined || count === undefined || sha256 === undefined) return undefined;
  return {
    segment_id,
    path: join(folder, file.name),
    event_count: Number(count),
    byte_count: file.byte_count,
    sha256,
  };
}

/** The id in the name of an open segment, or undefined. */
export function openSegmentId(name: string): string | undefined {
  return OPEN.exec(name)?.[1];
}

interface Place {
  readonly disk: SpoolDisk;
  readonly folder: string;
  readonly segment_id: string;
}

/** The segment that is being written. Its methods must not overlap. Errors are those of the disk, as they come. */
export class SegmentWriter {
  readonly #place: Place;
  readonly #file: SpoolFile;
  readonly #hash = createHash('sha256');
  #byteCount = 0;
  #eventCount = 0;
  /** Bytes that nobody was promised may stand after the durable ones. */
  #torn = false;

  private constructor(place: Place, file: SpoolFile) {
    this.#place = place;
    this.#file = file;
  }

  static async begin(place: Place): Promise<SegmentWriter> {
    const writer = new SegmentWriter(place, await place.disk.open(openPath(place)));
    try {
      await place.disk.syncFolder(place.folder);
    } catch (error) {
      await writer.close();
      throw error;
    }
    return writer;
  }

  /** Takes up what a crash left: whole lines are kept; a last line without its newline was never acknowledged. */
  static async resume(place: Place): Promise<SegmentWriter> {
    const bytes = await place.disk.read(openPath(place));
    const kept = bytes.subarray(0, bytes.lastIndexOf(NEWLINE) + 1);
    const writer = new SegmentWriter(place, await place.disk.open(openPath(place)));
    writer.#torn = kept.length < bytes.length;
    let eventCount = 0;
    for (let at = kept.indexOf(NEWLINE); at !== -1; at = kept.indexOf(NEWLINE, at + 1)) eventCount += 1;
    writer.#account(kept, eventCount);
    return writer;
  }

  get byteCount(): number {
    return this.#byteCount;
  }

  get eventCount(): number {
    return this.#eventCount;
  }

  /** Resolves when the lines are durable; after a failure none of them stays. */
  async append(lines: Uint8Array, eventCount: number): Promise<void> {
    await this.mend();
    this.#torn = true;
    try {
      await this.#file.write(lines);
      await this.#file.sync();
    } catch (error) {
      // What cannot be cut now is cut before the next write, and after a crash by the next start.
      await this.mend().catch(() => {});
      throw error;
    }
    this.#torn = false;
    this.#account(lines, eventCount);
  }

  /** Gives the file its final name. The folder is yet to be synced: the same id comes back should the name be lost. */
  async seal(): Promise<Segment> {
    await this.mend();
    await this.#file.sync();
    const { disk, folder, segment_id } = this.#place;
    const sha256 = this.#hash.copy().digest('hex');
    const path = join(folder, `${segment_id}.${this.#eventCount}.${sha256}.ndjson`);
    await disk.rename(openPath(this.#place), path);
    await this.close();
    return { segment_id, path, event_count: this.#eventCount, byte_count: this.#byteCount, sha256 };
  }

  /** Cuts what nobody was promised, if any stands at the end. */
  async mend(): Promise<void> {
    if (!this.#torn) return;
    await this.#file.truncate(this.#byteCount);
    this.#torn = false;
  }

  /** Nothing is lost by an error here, since every acknowledged byte was synced before. */
  async close(): Promise<void> {
    await this.#file.close().catch(() => {});
  }

  #account(lines: Uint8Array, eventCount: number): void {
    this.#hash.update(lines);
    this.#byteCount += lines.length;
    this.#eventCount += eventCount;
  }
}

function openPath({ folder, segment_id }: Place): string {
  return join(folder, `${segment_id}.open`);
}
