import type { Clock } from '../../warehouse/clock.ts';
import type { SpoolDisk } from './disk.ts';
import type { Segment } from './segment.ts';

export interface SpoolState {
  /** Bytes that are written or being written and not yet removed; limited by `maxBytes`. */
  readonly waiting_bytes: number;
  readonly sealed_count: number;
  /** When the oldest segment that waits was begun; null if no event waits. */
  readonly waiting_since_ms: number | null;
  /** Quarantined segments; they do not count as waiting or towards the limit. */
  readonly quarantined_count: number;
  /** Why the last append or seal failed, without a path; null after a successful one or a successful probe. */
  readonly failure: string | null;
}

/** Acknowledged receipts, one per line, stored on this machine until they are loaded. Belongs to one process. */
export interface Spool {
  /**
   * Resolves with the id of their segment when all the lines, each a JSON document without newline, are durable, or with undefined if there
   * are none; concurrent calls share one sync. Rejects with `Unavailable`, and stores none of them, if the disk is full or fails or the limit is reached.
   */
  append(lines: readonly string[]): Promise<string | undefined>;
  /** Seals the open segment, so that everything acknowledged so far can be read. Rejects with `Unavailable`. */
  seal(): Promise<void>;
  /** The sealed segments in order. A removed segment may reappear after a crash, with the same id and bytes. */
  segments(): Promise<Segment[]>;
  /** Deletes a loaded segment; no error if it is already deleted. */
  remove(segment_id: string): Promise<void>;
  /**
   * Moves a segment that cannot be loaded into `quarantine/`, next to `<name>.reason.txt`, and resolves with its new path. If
   * it is moved back into the spool's folder by hand, the next start picks it up. Rejects with `Conflict` if there is no such
   * segment, and with `Unavailable` if the disk fails; the segment is then still in the spool.
   */
  quarantine(segment_id: string, reason: string): Promise<string>;
  /** Writes, syncs and removes a file to check whether lines can be accepted now: null, or the reason as in `failure`. */
  probe(): Promise<string | null>;
  /**
   * Takes up what the loader has done in the folder if it is another process: drops the segments that it has removed, and seals the
   * open segment where it waits for that. Rejects if the disk fails.
   */
  followLoader(): Promise<void>;
  state(): SpoolState;
  /** Seals the open segment if the disk allows; otherwise the next start recovers it. */
  close(): Promise<void>;
}

/** What the loader needs of a spool. */
export type SegmentSource = Pick<Spool, 'seal' | 'segments' | 'remove' | 'quarantine'>;

export interface SpoolOptions {
  readonly folder: string;
  /** The limit of waiting bytes; beyond it, appends are refused. */
  readonly maxBytes?: number;
  /** A segment that has reached this size is sealed automatically. */
  readonly maxSegmentBytes?: number;
  readonly disk?: SpoolDisk;
  readonly clock?: Clock;
}
