/** One entry of BigQuery's error object; a job has it as its `errorResult`. */
export interface Problem {
  readonly reason: string;
  readonly message: string;
  readonly location?: string;
}

/** BigQuery's reasons, with the HTTP and gRPC status of each. */
const REASONS = {
  invalid: [400, 'INVALID_ARGUMENT'],
  invalidQuery: [400, 'INVALID_ARGUMENT'],
  bytesBilledLimitExceeded: [400, 'INVALID_ARGUMENT'],
  resourceInUse: [400, 'FAILED_PRECONDITION'],
  authError: [401, 'UNAUTHENTICATED'],
  accessDenied: [403, 'PERMISSION_DENIED'],
  notFound: [404, 'NOT_FOUND'],
  duplicate: [409, 'ALREADY_EXISTS'],
  conditionNotMet: [412, 'FAILED_PRECONDITION'],
  rateLimitExceeded: [429, 'RESOURCE_EXHAUSTED'],
  internalError: [500, 'INTERNAL'],
  notImplemented: [501, 'UNIMPLEMENTED'],
  backendError: [503, 'UNAVAILABLE'],
} as const;

export type Reason = keyof typeof REASONS;

/** BigQuery's refusal of a request. */
export class Refusal extends Error {
  override name = 'Refusal';
  readonly reason: Reason;
  /** Further entries, as for a load. */
  readonly causes: readonly Problem[];

  constructor(reason: Reason, message: string, causes: readonly Problem[] = []) {
    super(message);
    this.reason = reason;
    this.causes = causes;
  }

  get problem(): Problem {
    return { reason: this.reason, message: this.message };
  }
}

export const invalid = (message: string): Refusal => new Refusal('invalid', message);

/** What BigQuery supports and the local one does not: always an error. */
export const unable = (what: string): Refusal => new Refusal('notImplemented', `The local BigQuery cannot ${what}.`);

const SO_MUCH = 'evaluate so much at once';

/** What is not too large for BigQuery, but for the evaluator. */
export const tooLarge = (what: string): Refusal => unable(`${SO_MUCH}: ${what}`);

/** Whether a message reports that something was too large for the local BigQuery. */
export const isTooLarge = (message: string): boolean => message.includes(`The local BigQuery cannot ${SO_MUCH}`);

interface ErrorAnswer {
  readonly status: number;
  readonly body: object;
}

/** A problem in the JSON form of Google's APIs. */
export function errorAnswer({ reason, message, location }: Problem): ErrorAnswer {
  const [code, status] = REASONS[reason as Reason] ?? REASONS.invalid;
  const errors = [{ message, domain: 'global', reason, ...(location === undefined ? {} : { location }) }];
  return { status: code, body: { error: { code, message, errors, status } } };
}
