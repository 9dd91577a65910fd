/** One line of BigQuery's error object; a job keeps it as its `errorResult`. */
export interface Problem {
  readonly reason: string;
  readonly message: string;
  readonly location?: string;
}

/** BigQuery's reasons, with the status of HTTP and of gRPC that each is answered under. */
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

/** What BigQuery answers instead of doing what was asked. */
export class Refusal extends Error {
  override name = 'Refusal';
  readonly reason: Reason;
  /** Further lines, as a load has them. */
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

/** What BigQuery can do and the stand-in cannot: never passed over in silence. */
export const unable = (what: string): Refusal => new Refusal('notImplemented', `The local BigQuery cannot ${what}.`);

const SO_MUCH = 'evaluate so much at once';

/** What BigQuery can hold and the stand-in's evaluator cannot. */
export const tooLarge = (what: string): Refusal => unable(`${SO_MUCH}: ${what}`);

/** Whether a message, whoever handed it on, says that something was too large for the stand-in. */
export const isTooLarge = (message: string): boolean => message.includes(`The local BigQuery cannot ${SO_MUCH}`);

export interface ErrorAnswer {
  readonly status: number;
  readonly body: object;
}

/** A problem in the JSON form of Google's APIs. */
export function errorAnswer({ reason, message, location }: Problem): ErrorAnswer {
  const [code, status] = REASONS[reason as Reason] ?? REASONS.invalid;
  const errors = [{ message, domain: 'global', reason, ...(location === undefined ? {} : { location }) }];
  return { status: code, body: { error: { code, message, errors, status } } };
}
