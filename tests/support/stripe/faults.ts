import type * as loopback from '../loopback.ts';

/**
 * What can go wrong with one request.
 * - `rate_limit`: 429, nothing done, nothing saved.
 * - `error_uncommitted`, `error_committed`: a 500 that is saved under the key; the work is not done, or done.
 * - `drop_before`: the connection breaks before anything is done.
 * - `drop_after_commit`, `hang_after_commit`, `truncate_after_commit`: all is done and saved, but the answer is lost,
 *   never comes, or breaks off in the middle of its body.
 * - `retryAfter_s`: 429 as well, with the seconds for which Stripe wants to be left alone.
 * - `forbidden`: 403 with the sentence, as to a key without the permission.
 * - `meanwhile`: the world acts right before the request is answered, as between two pages of a list.
 * - `hold`: the request stays in flight until the promise settles, then runs as usual.
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

/** The request a script decides about; `ordinal` counts all requests since the start, from 1. */
export interface FaultyRequest {
  readonly method: string;
  readonly path: string;
  /** As it was sent: `limit=100&created[gte]=0`, decoded. */
  readonly query: string;
  readonly key: string | undefined;
  readonly ordinal: number;
}

/**
 * Decides which fault a request meets. The client repeats a request once, with the same key, when its connection is
 * reset; a script that drops by ordinal meets that repetition as a request of its own.
 */
export type FaultScript = loopback.FaultScript<FaultyRequest, Fault>;
