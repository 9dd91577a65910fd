import { describe, expect, test } from 'vitest';
import { REFUSALS, refusalOf, type StripeAnswer } from '../../../../../jobs/payouts/rails/stripe/refusals.ts';

/** What follows each answer that is known: status, code or type, parameter. */
const KNOWN = `
  passes by itself
    -                                                  → same_key
    200                                                → same_key
    408                                                → same_key
    409 idempotency_key_in_use                         → same_key
    409                                                → same_key
    424                                                → same_key
    429 rate_limit                                     → same_key
    429 lock_timeout                                   → same_key
    400 rate_limit                                     → same_key
    429                                                → same_key
    501                                                → same_key
    502                                                → same_key
    503                                                → same_key
    504                                                → same_key
    520                                                → same_key
  is stored
    500                                                → new_key
  waits for the balance
    400 balance_insufficient                           → wait_for_funds
  waits for the account
    400 insufficient_capabilities_for_transfer         → wait_for_account
    403 account_invalid                                → wait_for_account
    400 resource_missing destination                   → wait_for_account
    404 resource_missing destination                   → wait_for_account
    400 transfers_not_allowed destination              → wait_for_account
    400 not_allowed_on_standard_account                → wait_for_account
  is the platform's
    401                                                → stop_batch
    401 api_key_expired                                → stop_batch
    401 platform_api_key_expired                       → stop_batch
    401 secret_key_required                            → stop_batch
    403                                                → stop_batch
    403 more_permissions_required                      → stop_batch
    400 livemode_mismatch                              → stop_batch
    400 testmode_charges_only                          → stop_batch
    400 platform_account_required                      → stop_batch
    400 tls_version_unsupported                        → stop_batch
    400 parameter_unknown source_type                  → stop_batch
    400 parameter_missing amount                       → stop_batch
    400 parameters_exclusive                           → stop_batch
    404                                                → stop_batch
  is ours
    400 amount_too_large                               → fail
    400 amount_too_small                               → fail
    400 parameter_invalid_integer amount               → fail
    400 parameter_invalid_empty                        → fail
    400 parameter_invalid_string_blank                 → fail
    400 parameter_invalid_string_empty                 → fail
    400 invalid_characters                             → fail
    400 - currency                                     → fail
    400 - amount                                       → fail
  needs a person
    400 idempotency_error                              → hold
    400 transfers_not_allowed                          → hold
    400 action_blocked                                 → hold
    400 anomalous_money_movement_request               → hold
    400 application_fees_not_allowed                   → hold
    400 approval_required                              → hold
    400 request_blocked                                → hold
    404 resource_missing id                            → hold
    400                                                → hold
    400 a_code_of_tomorrow                             → hold
    400 a_code_of_tomorrow amount                      → hold
    402 card_declined                                  → hold
    404 a_code_of_tomorrow                             → hold
`;

const known = KNOWN.split('\n').flatMap((line) => {
  const [left, next] = line.split('→').map((part) => part.trim());
  return left && next ? [{ answer: left, next }] : [];
});

function answerOf(text: string): StripeAnswer {
  const [status, code, param] = text.split(/\s+/).map((part) => (part === '-' ? undefined : part));
  const isType = code === 'idempotency_error';
  return { status: status ? Number(status) : undefined, ...(isType ? { type: code } : { code }), param };
}

describe('the table of refusals', () => {
  test.each(known)('$answer → $next', ({ answer, next }) => {
    expect(refusalOf(answerOf(answer)).next).toBe(next);
  });

  test('stops the batch for a key of the other mode, although the destination seems to be missing', () => {
    const message =
      "No such destination: 'acct_ada'; a similar object exists in live mode, but a test mode key was used.";
    const missing = { status: 400, code: 'resource_missing', param: 'destination' };
    expect(refusalOf({ ...missing, message }).next).toBe('stop_batch');
    expect(refusalOf({ ...missing, message: "No such destination: 'acct_ada'" }).next).toBe('wait_for_account');
  });

  test('lets a key be used again where nothing was stored with it', () => {
    const reusable = known.filter(({ answer }) => !refusalOf(answerOf(answer)).spendsKey);
    expect(new Set(reusable.map(({ next }) => next))).toEqual(new Set(['same_key', 'stop_batch']));
    expect(known.filter(({ next }) => next === 'same_key').every((each) => reusable.includes(each))).toBe(true);
    const stopping = reusable.filter(({ next }) => next === 'stop_batch').map(({ answer }) => answerOf(answer).status);
    expect(new Set(stopping)).toEqual(new Set([401, 403, 404]));
  });

  test('has a use for every row: one of the answers above comes to it', () => {
    const used = new Set(known.map(({ answer }) => refusalOf(answerOf(answer))));
    const unused = REFUSALS.filter((row) => !used.has(row) && row.when.message === undefined);
    expect(unused.map(({ when }) => when)).toEqual([]);
  });

  test('has each code in it above', () => {
    const codes = REFUSALS.flatMap(({ when }) => when.codes ?? []).filter((code) => code !== '');
    const above = new Set(known.map(({ answer }) => answerOf(answer).code));
    expect(codes.filter((code) => !above.has(code))).toEqual([]);
  });
});
