import { Conflict, InvariantBroken, Rejected, Unavailable } from '../../errors.ts';

/** What BigQuery says of a request or job that failed: https://cloud.google.com/bigquery/docs/error-messages */
export interface Refusal {
  /** The HTTP status; undefined where there was no answer, and of a job. */
  readonly status?: number | undefined;
  readonly reason?: string | undefined;
  readonly message: string;
}

const PASSING_STATUSES = [408, 429, 500, 502, 503, 504];
const PASSING_REASONS = [
  'backendError',
  'internalError',
  'jobBackendError',
  'jobInternalError',
  'jobRateLimitExceeded',
  'rateLimitExceeded',
  'tableUnavailable',
  'timeout',
  'userRateLimitExceeded',
];

/** What passes by itself, but not within a minute, or not before someone has seen to it. */
const LATER_REASONS = ['resourcesExceeded', 'stopped'];
const LATER = /Too many DML statements outstanding/;

/** What a commit that was overtaken fails with at BigQuery. */
export const CONFLICT_MARK = 'overtaken by another transaction';
export const CONFLICT = 'Another process changed the warehouse meanwhile; nothing was done; try again.';

/** What was asked for may have been done, though no answer told so. */
export class Uncertain extends Unavailable {}

/** Whether the request may have been done all the same: what was refused before anything was done is not. */
export function mayBeDone({ status }: Refusal): boolean {
  return status === undefined || status === 408 || status >= 500;
}

/** Whether the same may succeed when it is asked again. */
export function isPassing({ status, reason }: Refusal): boolean {
  return (status !== undefined && PASSING_STATUSES.includes(status)) || PASSING_REASONS.includes(reason ?? '');
}

/** What a refusal means to whoever asked. Where the request itself is wrong, BigQuery's own words are the cause. */
export function errorOf(refusal: Refusal): Error {
  const { status, reason } = refusal;
  const message = refusal.message.trim().split('\n')[0]?.replace(/\.$/, '') ?? '';
  if (isPassing(refusal)) return new Unavailable(`BigQuery could not do it just now: ${message}.`);
  if (/due to concurrent update/.test(message) || message.includes(CONFLICT_MARK)) return new Unavailable(CONFLICT);
  if (LATER_REASONS.includes(reason ?? '') || LATER.test(message)) {
    return new Unavailable(`BigQuery could not do it this time: ${message}; nothing was done; try again later.`);
  }
  if (reason === 'bytesBilledLimitExceeded') {
    return new Rejected(`The query would read more than may be billed: ${message}; ask for less, or raise the limit.`);
  }
  if (reason === 'quotaExceeded') return new Unavailable(`A quota of BigQuery is used up: ${message}.`);
  if (status === 401) return new Unavailable(`BigQuery does not take the credentials: ${message}.`);
  if (status === 403 || reason === 'accessDenied' || reason === 'billingNotEnabled') {
    return new Unavailable(`BigQuery does not allow it: ${message}.`);
  }
  if (status === 409 || reason === 'duplicate') return new Conflict(`BigQuery has it already: ${message}.`);
  return new InvariantBroken(`BigQuery cannot do what was asked: ${message}.`, { cause: message });
}
