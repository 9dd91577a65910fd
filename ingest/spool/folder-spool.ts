import { basename, join } from 'node:path';
import { Conflict, messageOf, Unavailable } from '../../warehouse/errors.ts';
import { randomId } from '../../warehouse/ids.ts';
import { invariant } from '../../warehouse/invariant.ts';
import { PROBE_BYTES, probeDisk } from './probe.ts';
import { moveToQuarantine } from './quarantine.ts';
import { isSealRequest } from './seal-request.ts';
import { begunAtMs, type Segment, SegmentWriter, segmentId } from './segment.ts';
import type { Spool, SpoolOptions, SpoolState } from './spool.ts';

/** The content of the folder when the spool was opened. */
export interface Recovered {
  /** In order. */
  readonly sealed: Segment[];
  readonly quarantinedCount: number;
}

interface Waiting {
  readonly lines: Uint8Array;
  readonly eventCount: number;
  resolve(segment_id: string): void;
  reject(error: Unavailable): void;
}

/** A spool in a folder: the open segment, lines that wait to be written to it, and sealed segments. Created by `openSpool`. */
export class FolderSpool implements Spool {
  readonly #options: Required<SpoolOptions>;
  readonly #run = randomId('run');
  #sealed: Segment[];
  #open: SegmentWriter | undefined;
  /** When the last segment was begun. */
  #lastBegunMs: number;
  #waiting: Waiting[] = [];
  #waitingBytes: number;
  #quarantinedCount: number;
  #failure: string | null = null;
  #closed = false;
  /** The tail of the queue of file operations, which run one at a time. */
  #lastOperation: Promise<unknown> = Promise.resolve();

  constructor(options: Required<SpoolOptions>, { sealed, quarantinedCount }: Recovered) {
    this.#options = options;
    this.#sealed = sealed;
    this.#quarantinedCount = quarantinedCount;
    this.#lastBegunMs = sealed.reduce((last, { segment_id }) => Math.max(last, begunAtMs(segment_id)), 0);
    this.#waitingBytes = sealed.reduce((sum, { byte_count }) => sum + byte_count, 0);
  }

  async append(lines: readonly string[]): Promise<string | undefined> {
    if (lines.length === 0) return undefined;
    invariant(!lines.some((line) => line === '' || line.includes('\n')), 'A receipt must be a single, non-empty line.');
    const bytes = Buffer.from(`${lines.join('\n')}\n`);
    const obstacle = this.#obstacleTo(bytes.length);
    if (obstacle !== null) throw this.#unavailable(obstacle);
    this.#waitingBytes += bytes.length;
    const eventCount = lines.length;
    // Returned, not awaited, so that only the bytes and not the lines are held in memory during the write.
    return new Promise<string>((resolve, reject) => {
      const waiting = { lines: bytes, eventCount, resolve, reject };
      // The first waiter schedules a flush; all that are added before it starts share it.
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
        // Not synced: a file that reappears after a power failure has its old id, so the loader does not load it again.
        await this.#options.disk.remove(segment.path);
      } catch (error) {
        throw this.#unavailable(messageOf(error));
      }
      this.#forget(segment);
    });
  }

  quarantine(segment_id: string, reason: string): Promise<string> {
    return this.#inTurn(async () => {
      const segment = this.#sealed.find((sealed) => sealed.segment_id === segment_id);
      if (!segment) throw new Conflict(`The segment ${segment_id} cannot be quarantined: it is not in the spool.`);
      try {
        const path = await moveToQuarantine(segment, { ...this.#options, reason });
        this.#forget(segment);
        this.#quarantinedCount += 1;
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
        // The open segment may fail where a new file would not.
        await this.#open?.truncateTorn();
        await probeDisk(this.#options.disk, this.#options.folder);
        this.#failure = null;
      } catch (error) {
        this.#failure = reasonOf(error);
      }
      return this.#failure;
    });
  }

  async followLoader(): Promise<void> {
    const { disk, folder } = this.#options;
    // Those from before the listing: one that is sealed during it may be missing there.
    const known = [...this.#sealed];
    const names = new Set(await disk.names(folder));
    for (const segment of known) if (!names.has(basename(segment.path))) this.#forget(segment);
    const requests = [...names].filter(isSealRequest);
    if (requests.length === 0) return;
    await this.seal();
    for (const name of requests) await disk.remove(join(folder, name));
  }

  state(): SpoolState {
    const oldest = this.#sealed[0]?.segment_id ?? (this.#open?.eventCount ? this.#open.segmentId : undefined);
    return {
      waiting_bytes: this.#waitingBytes,
      sealed_count: this.#sealed.length,
      waiting_since_ms: oldest === undefined ? null : begunAtMs(oldest),
      quarantined_count: this.#quarantinedCount,
      failure: this.#failure,
    };
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.seal().catch(() => {});
    await this.#open?.close();
    this.#open = undefined;
  }

  /** Why this many bytes cannot be accepted, before the disk is tried. */
  #obstacleTo(byteCount: number): string | null {
    if (this.#closed) return 'it is closed';
    const { maxBytes } = this.#options;
    if (this.#waitingBytes + byteCount <= maxBytes) return null;
    this.#failure = `the spool is full: ${this.#waitingBytes} of ${maxBytes} bytes are waiting to be loaded`;
    return this.#failure;
  }

  #forget(segment: Segment): void {
    if (!this.#sealed.includes(segment)) return;
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
    for (const waiting of group) waiting.resolve(this.#open.segmentId);
    // A failure is in the state, and the next flush tries again; these lines are durable in any case.
    if (this.#open.byteCount >= this.#options.maxSegmentBytes) await this.#seal().catch(() => {});
  }

  async #begin(): Promise<SegmentWriter> {
    const { disk, folder, clock } = this.#options;
    const atMs = Math.max(clock.now(), this.#lastBegunMs + 1);
    const writer = await SegmentWriter.begin({ disk, folder, segment_id: segmentId(atMs, this.#run) });
    this.#lastBegunMs = atMs;
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
    const done = this.#lastOperation.then(work);
    this.#lastOperation = done.catch(() => {});
    return done;
  }

  #unavailable(state: string): Unavailable {
    return new Unavailable(`The spool in ${this.#options.folder} is unavailable: ${state}`);
  }
}

/** The message of the disk's error without the path, which must not be shown to clients. */
function reasonOf(error: unknown): string {
  return messageOf(error).replace(/ '.*$/s, '');
}
