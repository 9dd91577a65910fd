import { join } from 'node:path';
import { invariant } from '../warehouse/check.ts';
import { messageOf, Unavailable } from '../warehouse/errors.ts';
import { randomId } from '../warehouse/ids.ts';
import { nodeDisk, type SpoolDisk } from './spool/disk.ts';
import { numberOf, openSegmentId, type Segment, SegmentWriter, sealedSegment, segmentId } from './spool/segment.ts';

export type { Segment } from './spool/segment.ts';

export interface SpoolState {
  /** Held on disk or on the way there, and not yet removed; bounded by `maxBytes`. */
  readonly waiting_bytes: number;
  readonly sealed_count: number;
  /** Why lines were last turned away or a seal failed; null once one has succeeded. */
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

async function recover({ disk, folder }: { disk: SpoolDisk; folder: string }): Promise<Segment[]> {
  await disk.makeFolder(folder);
  const segments: Segment[] = [];
  for (const file of await disk.list(folder)) {
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
  return segments.sort((a, b) => (a.segment_id < b.segment_id ? -1 : 1));
}

interface Waiting {
  readonly lines: Uint8Array;
  readonly eventCount: number;
  resolve(): void;
  reject(error: Unavailable): void;
}

class FolderSpool implements Spool {
  readonly #options: Required<SpoolOptions>;
  readonly #run = randomId('run');
  #sealed: Segment[];
  #open: SegmentWriter | undefined;
  #nextNumber: number;
  #waiting: Waiting[] = [];
  #waitingBytes: number;
  #failure: string | null = null;
  #closed = false;
  /** Everything that touches the files happens one after the other. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: Required<SpoolOptions>, sealed: Segment[]) {
    this.#options = options;
    this.#sealed = sealed;
    this.#nextNumber = sealed.reduce((highest, { segment_id }) => Math.max(highest, numberOf(segment_id)), 0) + 1;
    this.#waitingBytes = sealed.reduce((sum, { byte_count }) => sum + byte_count, 0);
  }

  async append(lines: readonly string[]): Promise<void> {
    if (lines.length === 0) return;
    invariant(
      !lines.some((line) => line === '' || line.includes('\n')),
      'A receipt is one line, and not an empty one.',
    );
    const bytes = Buffer.from(`${lines.join('\n')}\n`);
    if (this.#closed) throw this.#unavailable('it is closed');
    if (this.#waitingBytes + bytes.length > this.#options.maxBytes) {
      this.#failure = `${this.#waitingBytes} of ${this.#options.maxBytes} bytes wait to be loaded`;
      throw this.#unavailable(this.#failure);
    }
    this.#waitingBytes += bytes.length;
    await new Promise<void>((resolve, reject) => {
      const waiting = { lines: bytes, eventCount: lines.length, resolve, reject };
      // The first to wait calls the flush; whoever comes until it starts is served by the same one.
      if (this.#waiting.push(waiting) === 1) void this.#inTurn(() => this.#flush());
    });
  }

  async seal(): Promise<void> {
    await this.#inTurn(() => this.#seal());
  }

  async segments(): Promise<Segment[]> {
    return [...this.#sealed];
  }

  async remove(segment_id: string): Promise<void> {
    await this.#inTurn(async () => {
      const segment = this.#sealed.find((sealed) => sealed.segment_id === segment_id);
      if (!segment) return;
      try {
        // Not synced: a file that comes back after a power cut has its old id, by which the loader knows it.
        await this.#options.disk.remove(segment.path);
      } catch (error) {
        throw this.#unavailable(messageOf(error));
      }
      this.#sealed = this.#sealed.filter((sealed) => sealed !== segment);
      this.#waitingBytes -= segment.byte_count;
    });
  }

  state(): SpoolState {
    return { waiting_bytes: this.#waitingBytes, sealed_count: this.#sealed.length, failure: this.#failure };
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.seal().catch(() => {});
    await this.#open?.close();
    this.#open = undefined;
  }

  async #flush(): Promise<void> {
    const group = this.#waiting;
    this.#waiting = [];
    const lines = Buffer.concat(group.map((waiting) => waiting.lines));
    const eventCount = group.reduce((count, waiting) => count + waiting.eventCount, 0);
    try {
      this.#open ??= await this.#begin();
      await this.#open.append(lines, eventCount);
    } catch (error) {
      this.#waitingBytes -= lines.length;
      this.#failure = messageOf(error);
      const unavailable = this.#unavailable(this.#failure);
      for (const waiting of group) waiting.reject(unavailable);
      return;
    }
    this.#failure = null;
    for (const waiting of group) waiting.resolve();
    // Its failure is in the state, and the next flush tries again: these lines are safe either way.
    if (this.#open.byteCount >= this.#options.maxSegmentBytes) await this.#seal().catch(() => {});
  }

  async #begin(): Promise<SegmentWriter> {
    const { disk, folder } = this.#options;
    const writer = await SegmentWriter.begin({ disk, folder, segment_id: segmentId(this.#nextNumber, this.#run) });
    this.#nextNumber += 1;
    return writer;
  }

  async #seal(): Promise<void> {
    if (!this.#open || this.#open.eventCount === 0) return;
    try {
      this.#sealed.push(await this.#open.seal());
      this.#open = undefined;
      await this.#options.disk.syncFolder(this.#options.folder);
      this.#failure = null;
    } catch (error) {
      this.#failure = messageOf(error);
      throw this.#unavailable(this.#failure);
    }
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => {});
    return done;
  }

  #unavailable(state: string): Unavailable {
    return new Unavailable(`The spool in ${this.#options.folder} cannot serve: ${state}`);
  }
}
