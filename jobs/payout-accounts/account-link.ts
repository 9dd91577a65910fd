import Stripe from 'stripe';
import { instant } from '../../warehouse/clock.ts';
import { Conflict, messageOf, Rejected, reasonOf, Unavailable } from '../../warehouse/errors.ts';
import { webAddress } from '../../warehouse/settings.ts';
import { type AccountUrls, requireStripe, type Services } from '../job.ts';
import { requireCurrentAccount } from './accounts.ts';

type LinkStores = Pick<Services, 'operational' | 'warehouse' | 'stripe' | 'accountUrls'>;

interface AccountLinkRequest extends Partial<AccountUrls> {
  readonly creatorId: string;
}

/** A page of Stripe's, on which a creator gives what is required. Whoever has the address can do that: it is neither stored nor logged. */
export interface AccountLink {
  readonly creator_id: string;
  readonly account_id_stripe: string;
  readonly link_type: 'account_onboarding' | 'account_update';
  /** Works once. */
  readonly url: string;
  readonly expires_at: string;
}

/**
 * Makes an account link for the account that a creator is paid to. It is of the type `account_update` only for a complete account whose
 * requirements the platform collects itself; Stripe allows no other. Throws `NotFound` for an unknown creator, `Conflict` without an account,
 * `Rejected` without addresses or for what Stripe refuses, and `Unavailable` if Stripe cannot be reached.
 * Source: docs.stripe.com/api/account_links/create.
 */
export async function createAccountLink(
  stores: LinkStores,
  { creatorId, ...urls }: AccountLinkRequest,
): Promise<AccountLink> {
  const stripe = requireStripe(stores);
  const given = { ...stores.accountUrls, ...definedIn(urls) };
  const return_url = requireUrl(given.returnUrl, 'TANTIEME_ACCOUNT_RETURN_URL', 'return_url');
  const refresh_url = requireUrl(given.refreshUrl, 'TANTIEME_ACCOUNT_REFRESH_URL', 'refresh_url');
  const { account_id_stripe, state } = await requireCurrentAccount(stores, creatorId);
  if (state === 'closed') {
    throw new Conflict(
      `An account link for ${creatorId} cannot be made: ${account_id_stripe} was deleted or disconnected at Stripe; create another payout account.`,
    );
  }
  try {
    const { controller, details_submitted } = await stripe.accounts.retrieve(account_id_stripe);
    const isOurs = controller?.requirement_collection === 'application';
    const type = isOurs && details_submitted ? 'account_update' : 'account_onboarding';
    const link = await stripe.accountLinks.create({ account: account_id_stripe, type, return_url, refresh_url });
    const expires_at = instant(link.expires_at * 1000);
    return { creator_id: creatorId, account_id_stripe, link_type: type, url: link.url, expires_at };
  } catch (error) {
    throw toUserError(error, creatorId);
  }
}

function definedIn({ returnUrl, refreshUrl }: Partial<AccountUrls>): Partial<AccountUrls> {
  return { ...(returnUrl !== undefined && { returnUrl }), ...(refreshUrl !== undefined && { refreshUrl }) };
}

function requireUrl(url: string | undefined, setting: string, parameter: string): string {
  if (url === undefined) {
    throw new Rejected(
      `An account link cannot be made without ${parameter}, the address of a page of yours; give it, or set ${setting}.`,
    );
  }
  try {
    return webAddress(url);
  } catch (error) {
    throw new Rejected(`An account link cannot be made with this ${parameter}: ${messageOf(error)}`);
  }
}

function toUserError(error: unknown, creatorId: string): unknown {
  const { StripeError, StripeInvalidRequestError } = Stripe.errors;
  if (!(error instanceof StripeError)) return error;
  const reason = `An account link for ${creatorId} could not be made: ${reasonOf(error)}`;
  if (error instanceof StripeInvalidRequestError) return new Rejected(`${reason}; correct that, then try again.`);
  return new Unavailable(`${reason}; try again, or correct STRIPE_API_KEY if Stripe refuses the key.`);
}
