import { Conflict, messageOf, Unavailable } from '../../warehouse/errors.ts';
import { randomId } from '../../warehouse/ids.ts';
import { invariant } from '../../warehouse/invariant.ts';
import { PROBE_BYTES, probeDisk } from './probe.ts';
import { moveAside } from './quarantine.ts';
import { numberOf, type Segment, SegmentWriter, segmentId } from './segment.ts';
import type { Spool, SpoolOptions, SpoolState } from './spool.ts';

/** What stood in the folder when the spool was opened. */
export interface Recovered {
  /** In order. */
  readonly sealed: Segment[];
  readonly setAsideCount: number;
}

interface Waiting {
  readonly lines: Uint8Array;
  readonly eventCount: number;
  resolve(): void;
  reject(error: Unavailable): void;
}

/** Holds the open segment and what waits to be written to it; `openSpool` makes it. */
export class FolderSpool implements Spool {
  readonly #options: Required<SpoolOptions>;
  readonly #run = randomId('run');
  #sealed: Segment[];
  #open: SegmentWriter | undefined;
  #nextNumber: number;
  #waiting: Waiting[] = [];
  #waitingBytes: number;
  #setAsideCount: number;
  #failure: string | null = null;
  #closed = false;
  /** Everything that touches the files happens one after the other. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: Required<SpoolOptions>, { sealed, setAsideCount }: Recovered) {
    this.#options = options;
    this.#sealed = sealed;
    this.#setAsideCount = setAsideCount;
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
    const obstacle = this.#obstacleTo(bytes.length);
    if (obstacle !== null) throw this.#unavailable(obstacle);
    this.#waitingBytes += bytes.length;
    const eventCount = lines.length;
    // Returned, not awaited: only the bytes, and not the lines, are held while the disk works.
    return new Promise<void>((resolve, reject) => {
      const waiting = { lines: bytes, eventCount, resolve, reject };
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
      this.#forget(segment);
    });
  }

  setAside(segment_id: string, reason: string): Promise<string> {
    return this.#inTurn(async () => {
      const segment = this.#sealed.find((sealed) => sealed.segment_id === segment_id);
      if (!segment) throw new Conflict(`The segment ${segment_id} cannot be set aside: it does not wait in the spool.`);
      try {
        const path = await moveAside(segment, { ...this.#options, reason });
        this.#forget(segment);
        this.#setAsideCount += 1;
        return path;
      } catch (error) {
        throw this.#unavailable(messageOf(error));
      }
    });
  }

  probe(): Promise<string | null> {
    return this.#inTurn(async () => {
      const obstacle = this.#obstacleTo(PROBE_BYTES);
      if (obstacle !== null) return obstacle;
      try {
        // The segment under way may refuse where a new file would not.
        await this.#open?.mend();
        await probeDisk(this.#options.disk, this.#options.folder);
        this.#failure = null;
      } catch (error) {
        this.#failure = reasonOf(error);
      }
      return this.#failure;
    });
  }

  state(): SpoolState {
    return {
      waiting_bytes: this.#waitingBytes,
      sealed_count: this.#sealed.length,
      set_aside_count: this.#setAsideCount,
      failure: this.#failure,
    };
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.seal().catch(() => {});
    await this.#open?.close();
    this.#open = undefined;
  }

  /** What stands in the way of so many bytes before the disk is even asked. */
  #obstacleTo(byteCount: number): string | null {
    if (this.#closed) return 'it is closed';
    const { maxBytes } = this.#options;
    if (this.#waitingBytes + byteCount <= maxBytes) return null;
    this.#failure = `${this.#waitingBytes} of ${maxBytes} bytes wait to be loaded`;
    return this.#failure;
  }

  #forget(segment: Segment): void {
    this.#sealed = this.#sealed.filter((sealed) => sealed !== segment);
    this.#waitingBytes -= segment.byte_count;
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
      this.#failure = reasonOf(error);
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
      this.#failure = reasonOf(error);
      throw this.#unavailable(this.#failure);
    }
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => {});
    return done;
  }

  #unavailable(state: string): Unavailable {
    return new Unavailable(`The spool in ${this.#options.folder} cannot serve: ${state}`);
  }
}

/** What the disk said, without the path it names: it may be told to whoever asks. */
function reasonOf(error: unknown): string {
  return messageOf(error).replace(/ '.*$/s, '');
}
