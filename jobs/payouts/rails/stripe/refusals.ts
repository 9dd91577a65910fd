import { messageOf } from '../../../../warehouse/errors.ts';
import { requirePresent } from '../../../../warehouse/invariant.ts';
import type { AfterRefusal } from './transfer.ts';

/** What follows; `same_key`: it passes by itself, and the outcome is unknown, so the same request is sent again with the same key. */
export type Next = 'same_key' | AfterRefusal;

/** The parts of Stripe's error that decide. Without a status there was no readable answer. */
export interface StripeAnswer {
  readonly status?: number | undefined;
  readonly code?: string | undefined;
  /** `rawType` of the client: `idempotency_error`. */
  readonly type?: string | undefined;
  readonly param?: string | undefined;
  readonly message?: string | undefined;
}

export interface Refusal {
  /** What an answer must have, all of it, to be in this row. */
  readonly when: {
    /** One of them; `''` is none. */
    readonly codes?: readonly string[];
    /** The first and the last; 0 is an answer that was lost or cannot be read. */
    readonly statuses?: readonly [number, number];
    readonly type?: string;
    readonly param?: string;
    readonly message?: RegExp;
  };
  /** What the answer means, in one sentence. */
  readonly meaning: string;
  readonly next: Next;
  /**
   * Whether the key cannot be used again, because Stripe may have stored the answer with it. Without it, the answer came before the key was
   * looked at and says nothing about what an earlier request with it did.
   */
  readonly spendsKey: boolean;
  /** Where the meaning is from. `typings` are those of the client, version 23.1.0. */
  readonly source: string;
}

const ERROR_CODES = 'docs.stripe.com/error-codes';
const ERRORS = 'docs.stripe.com/api/errors';
const IDEMPOTENCY = 'docs.stripe.com/api/idempotent_requests';

/** Nothing is known about what the request did; the key stays as it is. */
function passing(when: Refusal['when'], meaning: string, source: string): Refusal {
  return { when, meaning, next: 'same_key', spendsKey: false, source };
}

function spending(next: Next, when: Refusal['when'], meaning: string, source: string): Refusal {
  return { when, meaning, next, spendsKey: true, source };
}

/** The platform's fault. A 401 is documented to come before the key is looked at; a 403 is taken so too, which uses no other key. */
function stopping(when: Refusal['when'], meaning: string, source = ERROR_CODES, spendsKey = true): Refusal {
  return { when, meaning, next: 'stop_batch', spendsKey, source };
}

/**
 * The first row that fits decides: an unknown outcome before everything, codes before the statuses of access. What is unverified takes the way
 * that pays nothing.
 */
export const REFUSALS: readonly Refusal[] = [
  // Passes by itself.
  passing({ codes: ['idempotency_key_in_use'] }, 'Another request with the same key is in progress.', IDEMPOTENCY),
  passing({ codes: ['lock_timeout'] }, 'Another request has locked the same object.', 'docs.stripe.com/rate-limits'),
  passing({ codes: ['rate_limit'] }, 'Requests come too fast.', 'docs.stripe.com/rate-limits'),
  passing({ statuses: [0, 0] }, 'The answer was lost or cannot be read.', 'the client, for an error without a status'),
  passing({ statuses: [1, 399] }, 'The answer has a status of success and says that it failed.', 'unverified'),
  passing({ statuses: [408, 408] }, 'The request was not received in time.', 'RFC 9110'),
  passing({ statuses: [409, 409] }, 'The request conflicts with another one.', ERRORS),
  passing({ statuses: [424, 424] }, 'A system outside Stripe failed.', ERRORS),
  passing({ statuses: [429, 429] }, 'Requests come too fast.', ERRORS),
  passing(
    { statuses: [501, 599] },
    'Stripe or a gateway before it gave up; the request may still be processed.',
    ERRORS,
  ),

  // Stored under the key.
  spending('new_key', { statuses: [500, 500] }, 'Stripe failed, and stored that under the key.', IDEMPOTENCY),

  // The key was used for another request, which may have been executed: the log or the line was edited.
  spending(
    'hold',
    { type: 'idempotency_error' },
    'The key was used before for a request with other contents, which may have been executed.',
    IDEMPOTENCY,
  ),

  // The platform's.
  stopping({ codes: ['api_key_expired', 'platform_api_key_expired'] }, 'The API key has expired.', ERROR_CODES, false),
  stopping({ codes: ['secret_key_required'] }, 'The API key is not a secret key.', 'typings', false),
  stopping({ codes: ['livemode_mismatch'] }, 'The API key is of the other mode, test or live.'),
  stopping(
    { message: /similar object exists in (live|test) mode/ },
    'The API key is of the other mode, test or live.',
    'messages of Stripe; not documented',
  ),
  stopping({ codes: ['testmode_charges_only'] }, 'The platform is not activated and can only make tests.'),
  stopping({ codes: ['platform_account_required'] }, 'The API key is not that of a Connect platform.'),
  stopping({ codes: ['tls_version_unsupported'] }, 'The connection uses a version of TLS that Stripe refuses.'),
  // The same parameters are sent for every line, so one that is unknown or missing is so for all.
  stopping(
    { codes: ['parameter_unknown', 'parameter_missing', 'parameters_exclusive'] },
    "The request does not have the parameters of Stripe's version of it.",
  ),

  // The balance.
  spending('wait_for_funds', { codes: ['balance_insufficient'] }, 'The available balance is too small.', ERROR_CODES),

  // The connected account.
  spending(
    'wait_for_account',
    { codes: ['insufficient_capabilities_for_transfer'] },
    'The account cannot receive transfers now.',
    'messages of Stripe; in no list of codes',
  ),
  // Documented for the header Stripe-Account alone; the message names an account that is deleted, disconnected or of another platform.
  spending('wait_for_account', { codes: ['account_invalid'] }, 'The account cannot be reached.', ERROR_CODES),
  spending(
    'wait_for_account',
    { codes: ['resource_missing'], param: 'destination' },
    'There is no such account.',
    ERROR_CODES,
  ),
  spending(
    'wait_for_account',
    { codes: ['not_allowed_on_standard_account'] },
    'The account is one that the platform does not control.',
    ERROR_CODES,
  ),
  // Stripe says only that it must be contacted. It is the account's where the answer names the destination.
  spending(
    'wait_for_account',
    { codes: ['transfers_not_allowed'], param: 'destination' },
    'The account may not receive transfers.',
    ERROR_CODES,
  ),
  spending(
    'hold',
    { codes: ['transfers_not_allowed'] },
    'Stripe does not allow the transfer and must be asked why.',
    ERROR_CODES,
  ),

  // Risk and rules of Stripe; documented only by their names, if at all.
  spending(
    'hold',
    {
      codes: [
        'action_blocked',
        'anomalous_money_movement_request',
        'application_fees_not_allowed',
        'approval_required',
        'request_blocked',
      ],
    },
    'Stripe stops this movement of money, perhaps until someone approves it.',
    'typings; unverified',
  ),

  // Ours.
  spending(
    'fail',
    { codes: ['amount_too_small', 'amount_too_large'] },
    'The amount is outside the limits.',
    ERROR_CODES,
  ),
  spending(
    'fail',
    {
      codes: [
        'parameter_invalid_empty',
        'parameter_invalid_integer',
        'parameter_invalid_string_blank',
        'parameter_invalid_string_empty',
        'invalid_characters',
      ],
    },
    'A value of the request is not valid.',
    ERROR_CODES,
  ),
  // Without a code: an unknown currency, or an amount above what a transfer has left to reverse.
  spending(
    'fail',
    { codes: [''], statuses: [400, 400], param: 'currency' },
    'The currency is not one that Stripe transfers.',
    'unverified',
  ),
  spending(
    'fail',
    { codes: [''], statuses: [400, 400], param: 'amount' },
    'The amount is not one that is possible here.',
    'unverified',
  ),

  // Access, whatever the code.
  stopping({ statuses: [401, 401] }, 'Stripe does not accept the API key.', ERRORS, false),
  stopping({ statuses: [403, 403] }, 'The API key lacks the permission.', ERRORS, false),
  stopping(
    { codes: [''], statuses: [404, 404] },
    'The address of the request is not one of Stripe.',
    'unverified',
    false,
  ),

  spending('hold', {}, 'Stripe refuses it for a reason that is not in the table of refusals.', 'none'),
];

/** The row of an answer. */
export function refusalOf(answer: StripeAnswer): Refusal {
  return requirePresent(
    REFUSALS.find(({ when }) => fits(when, answer)),
    'The last row of the table of refusals is for every answer.',
  );
}

function fits(when: Refusal['when'], { status = 0, code = '', ...answer }: StripeAnswer): boolean {
  const { codes, statuses, type, param, message } = when;
  return (
    (codes === undefined || codes.includes(code)) &&
    (statuses === undefined || (statuses[0] <= status && status <= statuses[1])) &&
    (type === undefined || type === answer.type) &&
    (param === undefined || param === answer.param) &&
    (message === undefined || message.test(answer.message ?? ''))
  );
}

/** What is known of an answer of Stripe, for a person: what it means, and what Stripe says. */
export function reasonFor({ meaning }: Refusal, error: unknown): string {
  return `${meaning} (${messageOf(error)})`;
}
