/**
 * The four ways in which something can go wrong here. Every message says what could not be done, then the state found.
 * They are caught only at the edges: the gateway, a job's run, the API's error plugin, the sender of payouts.
 */

/** The input is wrong and will stay wrong: a 4xx over HTTP, exit code 2 on the command line, set aside in ingest. */
export class Rejected extends Error {
  override name = 'Rejected';
}

/** What was named does not exist, or not for the one who asks. */
export class NotFound extends Rejected {
  override name = 'NotFound';
}

/** It is already done, or something else stands in its way; repeating it changes nothing. */
export class Conflict extends Error {
  override name = 'Conflict';
}

/** It may succeed later without any change of the input: a store is held, a disk is full, a service is down. */
export class Unavailable extends Error {
  override name = 'Unavailable';
}

/** Something that must always hold does not: stop, and call a person. */
export class InvariantBroken extends Error {
  override name = 'InvariantBroken';
}

/** The sentence of whatever was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
