import type { SpoolDisk } from './disk.ts';
import type { Segment } from './segment.ts';

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
