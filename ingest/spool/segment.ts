import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { SpoolDisk, SpoolFile } from './disk.ts';

/** A sealed file of receipts, one JSON document per line; it never changes. */
export interface Segment {
  /** Globally unique, and in the order of arrival among the waiting segments. */
  readonly segment_id: string;
  readonly path: string;
  readonly event_count: number;
  readonly byte_count: number;
  /** The hash of the acknowledged bytes, as 64 hex digits; computed when they were written, not read back. */
  readonly sha256: string;
}

const OPEN = /^(\d{13}-[0-9a-z_]+)\.open$/;
const SEALED = /^(\d{13}-[0-9a-z_]+)\.(\d+)\.([0-9a-f]{64})\.ndjson$/;
const NEWLINE = 0x0a;

/**
 * The time orders the segments of a folder; the run, 120 random bits generated at every start, makes the id unique. A time alone may
 * repeat after the clock was set back, or with a second gateway, and the loader would then skip a segment as already loaded.
 */
export function segmentId(begunAtMs: number, run: string): string {
  return `${String(begunAtMs).padStart(13, '0')}-${run}`;
}

/** When a segment was begun; a millisecond after the one before it if the clock was set back. */
export function begunAtMs(segment_id: string): number {
  return Number(segment_id.slice(0, 13));
}

/** The sealed segment with this file name, or undefined if the file is not a sealed segment. */
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

/** The sealed segments among the files of a folder, in order. */
export function sealedSegments(
  folder: string,
  files: readonly { readonly name: string; readonly byte_count: number }[],
): Segment[] {
  return files
    .flatMap((file) => sealedSegment(folder, file) ?? [])
    .sort((one, other) => (one.segment_id < other.segment_id ? -1 : 1));
}

/** The id in the name of an open segment, or undefined. */
export function openSegmentId(name: string): string | undefined {
  return OPEN.exec(name)?.[1];
}

interface Location {
  readonly disk: SpoolDisk;
  readonly folder: string;
  readonly segment_id: string;
}

/** The segment that is being written. Its methods must not overlap. Errors of the disk are passed on unchanged. */
export class SegmentWriter {
  readonly #location: Location;
  readonly #file: SpoolFile;
  readonly #hash = createHash('sha256');
  #byteCount = 0;
  #eventCount = 0;
  /** Whether unacknowledged bytes may follow the durable ones. */
  #torn = false;

  private constructor(location: Location, file: SpoolFile) {
    this.#location = location;
    this.#file = file;
  }

  static async begin(location: Location): Promise<SegmentWriter> {
    const writer = new SegmentWriter(location, await location.disk.open(openPath(location)));
    try {
      await location.disk.syncFolder(location.folder);
    } catch (error) {
      await writer.close();
      throw error;
    }
    return writer;
  }

  /** Recovers a segment after a crash: complete lines remain; a last line without its newline was never acknowledged. */
  static async resume(location: Location): Promise<SegmentWriter> {
    const bytes = await location.disk.read(openPath(location));
    const complete = bytes.subarray(0, bytes.lastIndexOf(NEWLINE) + 1);
    const writer = new SegmentWriter(location, await location.disk.open(openPath(location)));
    writer.#torn = complete.length < bytes.length;
    let eventCount = 0;
    for (let at = complete.indexOf(NEWLINE); at !== -1; at = complete.indexOf(NEWLINE, at + 1)) eventCount += 1;
    writer.#account(complete, eventCount);
    return writer;
  }

  get segmentId(): string {
    return this.#location.segment_id;
  }

  get byteCount(): number {
    return this.#byteCount;
  }

  get eventCount(): number {
    return this.#eventCount;
  }

  /** Resolves when the lines are durable; after a failure all of them are removed. */
  async append(lines: Uint8Array, eventCount: number): Promise<void> {
    await this.truncateTorn();
    this.#torn = true;
    try {
      await this.#file.write(lines);
      await this.#file.sync();
    } catch (error) {
      // If this fails too, the bytes are removed before the next write, or after a crash at the next start.
      await this.truncateTorn().catch(() => {});
      throw error;
    }
    this.#torn = false;
    this.#account(lines, eventCount);
  }

  /** Renames the file to its final name. The folder is not synced yet, so after a crash the segment may come back under the same id. */
  async seal(): Promise<Segment> {
    await this.truncateTorn();
    await this.#file.sync();
    const { disk, folder, segment_id } = this.#location;
    const sha256 = this.#hash.copy().digest('hex');
    const path = join(folder, `${segment_id}.${this.#eventCount}.${sha256}.ndjson`);
    await disk.rename(openPath(this.#location), path);
    await this.close();
    return { segment_id, path, event_count: this.#eventCount, byte_count: this.#byteCount, sha256 };
  }

  /** Removes unacknowledged bytes from the end of the file, if there are any. */
  async truncateTorn(): Promise<void> {
    if (!this.#torn) return;
    await this.#file.truncate(this.#byteCount);
    this.#torn = false;
  }

  /** An error here loses nothing, since every acknowledged byte is already synced. */
  async close(): Promise<void> {
    await this.#file.close().catch(() => {});
  }

  #account(lines: Uint8Array, eventCount: number): void {
    this.#hash.update(lines);
    this.#byteCount += lines.length;
    this.#eventCount += eventCount;
  }
}

function openPath({ folder, segment_id }: Location): string {
  return join(folder, `${segment_id}.open`);
}
