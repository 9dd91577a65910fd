/**
 * The faults of one request.
 * - `rate_limit`: 429, nothing done, nothing saved.
 * - `error_uncommitted`, `error_committed`: a 500 that is saved under the key; the work was not done, or was done.
 * - `drop_before`: the connection breaks before anything is done.
 * - `drop_after_commit`, `hang_after_commit`, `truncate_after_commit`: the work is done and saved, but the answer is lost,
 *   never comes, or ends in the middle of its body.
 * - `retryAfter_s`: 429 too, with the seconds to wait.
 * - `forbidden`: 403 with the message, as for a key without the permission.
 * - `meanwhile`: an act right before the request is answered, for example between two pages of a list.
 * - `hold`: the request stays in flight until the promise settles, then runs normally.
 */
export type Fault =
  | 'rate_limit'
  | 'error_uncommitted'
  | 'error_committed'
  | 'drop_before'
  | 'drop_after_commit'
  | 'hang_after_commit'
  | 'truncate_after_commit'
  | { readonly retryAfter_s: number }
  | { readonly forbidden: string }
  | { readonly meanwhile: () => void }
  | { readonly hold: Promise<unknown> };

/** A request for which a script chooses a fault; `ordinal` counts all requests since the start, from 1. */
export interface FaultyRequest {
  readonly method: string;
  readonly path: string;
  /** The decoded parameters, as sent: `limit=100&created[gte]=0`. */
  readonly query: string;
  readonly key: string | undefined;
  readonly ordinal: number;
}

/**
 * Chooses the fault of a request. The client repeats a request once, with the same key, when its connection is
 * reset; for a script that counts requests, the repetition is a separate request.
 */
export type FaultScript = (request: FaultyRequest) => Fault | undefined;
