import { Conflict, InvariantBroken, Rejected, Unavailable } from '../errors.ts';

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

const PASSING = 'It may pass.';

/** Whether an error means that it was asked for again and again, and perhaps done though no answer came. */
export function isUncertain(error: unknown): boolean {
  return error instanceof Unavailable && error.cause === PASSING;
}

/** Whether the same may succeed when it is asked again. */
export function isPassing({ status, reason }: Refusal): boolean {
  return (status !== undefined && PASSING_STATUSES.includes(status)) || PASSING_REASONS.includes(reason ?? '');
}

/** What a refusal means to whoever asked. Where the request itself is wrong, BigQuery's own words are the cause. */
export function errorOf(refusal: Refusal): Error {
  const { status, reason } = refusal;
  const message = refusal.message.trim().split('\n')[0]?.replace(/\.$/, '') ?? '';
  if (isPassing(refusal)) return new Unavailable(`BigQuery could not do it just now: ${message}.`, { cause: PASSING });
  if (/due to concurrent update/.test(message)) {
    return new Unavailable('Another process changed the same tables meanwhile; nothing was done; try again.');
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
