/**
 * The four kinds of errors. A message says what could not be done, why, and what to do.
 * They are caught only at the edges: the gateway, a job's run, the API's error plugin, the sender of payouts.
 */

/** The input is wrong and will stay wrong: a 4xx over HTTP, exit code 2 on the command line, quarantined in ingest. */
export class Rejected extends Error {
  override name = 'Rejected';
}

/** What was named does not exist, or the caller may not see it. */
export class NotFound extends Rejected {
  override name = 'NotFound';
}

/** The caller is known, and may not do this, or not in this way. */
export class Forbidden extends Rejected {
  override name = 'Forbidden';
}

/** The caller has asked too often; the answer says when it may again. */
export class TooManyRequests extends Rejected {
  override name = 'TooManyRequests';
  readonly retryAfterSeconds: number;

  constructor(message: string, retryAfterSeconds: number) {
    super(message);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** It is already done, or the current state does not allow it; a retry changes nothing. */
export class Conflict extends Error {
  override name = 'Conflict';
}

/** It may succeed later with the same input: a store is locked, a disk is full, a service is down. */
export class Unavailable extends Error {
  override name = 'Unavailable';
}

/** An invariant does not hold: stop, and alert a person. */
export class InvariantBroken extends Error {
  override name = 'InvariantBroken';
}

/** The message of any thrown value. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** As `messageOf`, without the full stop, to be continued with what to do. */
export function reasonOf(thrown: unknown): string {
  return messageOf(thrown).replace(/\.$/, '');
}
