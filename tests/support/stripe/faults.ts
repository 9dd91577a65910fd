import type * as loopback from '../loopback.ts';

/** The interim answer (102 Processing) of a request whose answer never comes: the client of a test then waits no longer. */
export const NO_ANSWER_STATUS = 102;

/**
 * The fault of one request.
 * - `rate_limit`: 429, nothing is executed or saved.
 * - `dependency_failed`: 424, nothing is executed or saved.
 * - `error_uncommitted`, `error_committed`: a 500 that is saved under the key; the work is not executed, or executed.
 * - `drop_before`: the connection breaks before anything is executed.
 * - `drop_after_commit`, `hang_after_commit`, `truncate_after_commit`: everything is executed and saved, but the response is lost,
 *   never arrives, or is truncated in the middle of its body.
 * - `retryAfter_s`: 429 as well, with these seconds in `Retry-After`.
 * - `forbidden`: 403 with the message, as for a key without the permission.
 * - `refused`: a 400 of this code for a write, saved under its key; nothing is executed.
 * - `meanwhile`: something happens right before the response, as between two pages of a list.
 * - `hold`: the request waits until the promise settles, then runs as usual.
 */
export type Fault =
  | 'rate_limit'
  | 'dependency_failed'
  | 'error_uncommitted'
  | 'error_committed'
  | 'drop_before'
  | 'drop_after_commit'
  | 'hang_after_commit'
  | 'truncate_after_commit'
  | { readonly retryAfter_s: number }
  | { readonly forbidden: string }
  | { readonly refused: string }
  | { readonly meanwhile: () => void }
  | { readonly hold: Promise<unknown> };

/** The request for which a script decides; `ordinal` counts all requests since the start, from 1. */
export interface FaultyRequest {
  readonly method: string;
  readonly path: string;
  /** The query, decoded: `limit=100&created[gte]=0`. */
  readonly query: string;
  readonly key: string | undefined;
  readonly ordinal: number;
}

/**
 * Decides the fault of a request. The client retries a request once, with the same key, when its connection is
 * reset; a script that drops by ordinal sees that retry as a separate request.
 */
export type FaultScript = loopback.FaultScript<FaultyRequest, Fault>;
