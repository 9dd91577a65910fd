import Stripe from 'stripe';
import { DAY_MS } from '../../warehouse/clock.ts';
import { messageOf, reasonOf, Unavailable } from '../../warehouse/errors.ts';
import { invariant } from '../../warehouse/invariant.ts';
import { type MadeAccount, type OpenRequest, requestKeyOf, type SentRequest } from './requests.ts';

/**
 * The outcome of a request for an account. `unknown`: it may or may not exist; only the same key may be used again. `failed`: Stripe's own
 * error, which it stores with the key; the account may exist. `refused`: it does not exist, and would be refused again.
 */
type AccountOutcome =
  | { readonly outcome: 'created'; readonly account: Stripe.Account }
  | { readonly outcome: 'unknown' | 'failed' | 'refused'; readonly reason: string };

/** Requests the account. Throws `InvariantBroken` if Stripe answers with a different one. */
export async function requestAccount(stripe: Stripe, request: OpenRequest): Promise<AccountOutcome> {
  try {
    const account = await stripe.accounts.create(request.body, { idempotencyKey: requestKeyOf(request) });
    return { outcome: 'created', account: requireSame(account, request.creator_id) };
  } catch (error) {
    if (!(error instanceof Stripe.errors.StripeError)) throw error;
    return { outcome: outcomeOf(error), reason: messageOf(error) };
  }
}

function outcomeOf(error: Stripe.errors.StripeError): 'unknown' | 'failed' | 'refused' {
  const status = error.statusCode;
  // The key was used with another body, so its account may exist.
  if (error instanceof Stripe.errors.StripeIdempotencyError) return 'unknown';
  // No status: the answer was lost. 401, 403 and 429 concern our access, 409 another request with this key, 424 a system behind Stripe.
  if (status === undefined || [401, 403, 409, 424, 429].includes(status) || status > 500) return 'unknown';
  if (status === 500) return 'failed';
  return status >= 400 ? 'refused' : 'unknown';
}

/**
 * The account of one of these requests of a creator, with the request, if Stripe has one: it is found by the key in its metadata among the
 * accounts that were created since the first request. Throws `Unavailable`.
 */
export async function findAccount(stripe: Stripe, requests: readonly SentRequest[]): Promise<MadeAccount | undefined> {
  const [first] = requests;
  if (first === undefined) return undefined;
  const byKey = new Map(requests.map((request) => [requestKeyOf(request), request]));
  // Our clock and Stripe's may differ.
  const gte = Math.floor((Date.parse(first.requested_at) - DAY_MS) / 1000);
  try {
    for await (const account of stripe.accounts.list({ created: { gte }, limit: 100 })) {
      const request = byKey.get(account.metadata?.request_key ?? '');
      if (request) return { account: requireSame(account, request.creator_id), request };
    }
    return undefined;
  } catch (error) {
    if (!(error instanceof Stripe.errors.StripeError)) throw error;
    throw new Unavailable(
      `The connected accounts could not be read from Stripe: ${reasonOf(error)}; try again, or correct STRIPE_API_KEY if Stripe refuses the key.`,
    );
  }
}

function requireSame(account: Stripe.Account, creatorId: string): Stripe.Account {
  invariant(
    account.metadata?.creator_id === creatorId,
    `Stripe's account ${account.id} was requested for ${creatorId} but does not name it.`,
  );
  return account;
}
