import { Conflict, InvariantBroken, Rejected, Unavailable } from '../../errors.ts';

/** BigQuery's description of a failed request or job: https://cloud.google.com/bigquery/docs/error-messages */
export interface Refusal {
  /** The HTTP status; undefined if there was no response, and for a job. */
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

/** Transient, but not within a minute, or not before someone intervenes. */
const LATER_REASONS = ['resourcesExceeded', 'stopped'];
const LATER = /Too many DML statements outstanding/;

/** The error with which BigQuery fails a commit that conflicts with another. */
export const CONFLICT_MARK = 'conflict with another transaction';
export const CONFLICT =
  'The transaction could not be committed: another process changed the warehouse in the meantime. Nothing was written; try again.';

/** The request may have succeeded, although no response confirms it. */
export class Uncertain extends Unavailable {}

/** Whether the request may have succeeded despite the failure. */
export function mayBeDone({ status }: Refusal): boolean {
  return status === undefined || status === 408 || status >= 500;
}

/** Whether the error is transient, so that a retry may succeed. */
export function isPassing({ status, reason }: Refusal): boolean {
  return (status !== undefined && PASSING_STATUSES.includes(status)) || PASSING_REASONS.includes(reason ?? '');
}

/** A refusal as one of our kinds of errors. If the request itself is wrong, the cause is BigQuery's own message. */
export function errorOf(refusal: Refusal): Error {
  const { status, reason } = refusal;
  const message = refusal.message.trim().split('\n')[0]?.replace(/\.$/, '') ?? '';
  if (isPassing(refusal)) return new Unavailable(`BigQuery is temporarily unavailable: ${message}. Try again later.`);
  if (/due to concurrent update/.test(message) || message.includes(CONFLICT_MARK)) return new Unavailable(CONFLICT);
  if (LATER_REASONS.includes(reason ?? '') || LATER.test(message)) {
    return new Unavailable(`BigQuery could not complete the job: ${message}. Nothing was written; try again later.`);
  }
  if (reason === 'bytesBilledLimitExceeded') {
    return new Rejected(
      `The query would read more bytes than the limit: ${message}. Select less, or raise BIGQUERY_MAXIMUM_BYTES_BILLED.`,
    );
  }
  if (reason === 'quotaExceeded')
    return new Unavailable(`A quota of BigQuery is exceeded: ${message}. Try again later, or raise the quota.`);
  if (status === 401)
    return new Unavailable(`BigQuery refused the credentials: ${message}. Check GOOGLE_APPLICATION_CREDENTIALS.`);
  if (status === 403 || reason === 'accessDenied' || reason === 'billingNotEnabled') {
    return new Unavailable(
      `BigQuery denied access: ${message}. Check the roles of the service account and the billing of the project.`,
    );
  }
  if (status === 409 || reason === 'duplicate')
    return new Conflict(`The resource already exists at BigQuery: ${message}.`);
  return new InvariantBroken(`BigQuery refused the request as invalid: ${message}.`, { cause: message });
}
