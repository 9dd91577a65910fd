/** The part of Stripe's error object that its clients read. */
export interface StripeError {
  readonly type: 'invalid_request_error' | 'idempotency_error' | 'api_error';
  readonly message: string;
  readonly code?: string;
  readonly param?: string;
}

/** Stripe's refusal of a request: a status and an error object. */
export class Refusal extends Error {
  override name = 'Refusal';
  readonly status: number;
  readonly error: StripeError;

  constructor(status: number, error: StripeError) {
    super(error.message);
    this.status = status;
    this.error = error;
  }
}

/** A 400 for a request that is invalid, or not allowed in the current state. */
export function invalid(message: string, detail: { code?: string; param?: string } = {}): Refusal {
  return new Refusal(400, { type: 'invalid_request_error', message, ...detail });
}

/** `resource_missing`: 404 for the object a path names, 400 for one that a parameter names. */
export function missing(kind: string, id: string, param?: string): Refusal {
  return new Refusal(param === undefined ? 404 : 400, {
    type: 'invalid_request_error',
    code: 'resource_missing',
    message: `No such ${kind}: '${id}'`,
    param: param ?? 'id',
  });
}

/** Stripe's 500: it is unknown whether the work was executed. */
export const SERVER_ERROR: StripeError = {
  type: 'api_error',
  message: 'Sorry! There was an error while talking to one of our backends.',
};

/** Stripe's 429: nothing was executed. */
export const RATE_LIMITED: StripeError = {
  type: 'invalid_request_error',
  code: 'rate_limit',
  message:
    'Request rate limit exceeded. You can learn more about rate limits here https://stripe.com/docs/rate-limits.',
};

/** Stripe's 424: a system outside Stripe failed. Nothing was executed; it says nothing about the request. */
export const DEPENDENCY_FAILED: StripeError = {
  type: 'api_error',
  message: 'The request could not be completed because an external dependency failed.',
};
