import { payableToBank } from '../../../../ingest/stripe/amounts.ts';
import { leaveIf } from './leaving.ts';
import { StripeRequests } from './read-stripe.ts';
import { outcomeOf } from './stripe-transfers.ts';
import type { Refused, TransferBody, Unknown } from './transfer.ts';

/** The request to pay out at once what a connected account has received. */
export interface InstantRequest {
  /** The connected account. */
  readonly account: string;
  readonly key: string;
  readonly body: {
    /** In Stripe's units. */
    readonly amount: number;
    /** Lower-case. */
    readonly currency: string;
    /** The bank account or card of the connected account. */
    readonly destination: string;
    readonly method: 'instant';
    readonly metadata: TransferBody['metadata'];
  };
}

/** What can be requested for a payout, or in a sentence why nothing can. */
export type Offer = { readonly body: InstantRequest['body'] } | { readonly declined: string };

type InstantOutcome =
  | { readonly outcome: 'made'; readonly payoutIdStripe: string }
  /** Nothing was sent: it might not start when it was its turn. */
  | { readonly outcome: 'not_started' }
  | Unknown
  | Refused;

/** States of a bank account to which Stripe pays nothing. Source: the typings of BankAccount.status. */
const UNUSABLE: readonly string[] = ['errored', 'verification_failed', 'tokenized_account_number_deactivated'];

/**
 * Instant payouts of connected accounts. They move money that is the creator's already from the balance of the account to its bank; what is not
 * paid out so is paid out by Stripe's schedule. Source: docs.stripe.com/connect/instant-payouts.
 */
export class InstantPayouts extends StripeRequests {
  /** What Stripe offers now for the amount of a transfer. Throws `Unavailable` if Stripe does not answer. */
  async offerFor({ amount, currency, destination: account, metadata }: TransferBody): Promise<Offer> {
    const destination = await this.#destination(account, currency);
    if (destination === undefined)
      return {
        declined: `The account ${account} has no bank account or card in ${currency.toUpperCase()} that takes instant payouts.`,
      };
    const balance = await this.reader.read(`balance of ${account}`, 'GET /v1/balance', () =>
      this.stripe.balance.retrieve({ expand: ['instant_available.net_available'] }, { stripeAccount: account }),
    );
    const offered = balance.instant_available?.find((each) => each.currency === currency);
    // What is left for this bank account or card once the fee is paid that the platform has set at Stripe.
    const net = offered?.net_available?.find((each) => each.destination === destination)?.amount ?? offered?.amount;
    const most = payableToBank(Math.min(amount, net ?? 0), currency);
    if (most <= 0)
      return { declined: `Stripe offers the account ${account} no instant payout in ${currency.toUpperCase()} now.` };
    return { body: { amount: most, currency, destination, method: 'instant', metadata } };
  }

  /** The instant payouts for a payout of ours, made since an instant (ms since 1970), by their ids: those that failed too, because they were made. */
  async find({ account, payoutId, since }: { account: string; payoutId: string; since: number }): Promise<string[]> {
    const created = { gte: Math.floor(since / 1000) };
    const payouts = await this.reader.pages(`payouts of ${account}`, 'GET /v1/payouts', (page) =>
      this.stripe.payouts.list({ created, ...page }, { stripeAccount: account }),
    );
    return payouts
      .filter(({ metadata, method }) => method === 'instant' && metadata?.payout_id === payoutId)
      .map(({ id }) => id);
  }

  /** `mayStart` is asked when it is the request's turn, and right before it leaves: see `leaveIf`. */
  async request(
    { account, key, body }: InstantRequest,
    { mayStart }: { mayStart: () => boolean },
  ): Promise<InstantOutcome> {
    try {
      const payout = await this.pacer.run('POST /v1/payouts', () =>
        leaveIf(mayStart, () => this.stripe.payouts.create(body, { idempotencyKey: key, stripeAccount: account })),
      );
      if (payout === undefined) return { outcome: 'not_started' };
      if (payout.object !== 'payout') return { outcome: 'unknown', reason: "Stripe's answer is not a payout." };
      return { outcome: 'made', payoutIdStripe: payout.id };
    } catch (error) {
      return outcomeOf(error);
    }
  }

  /** The default for the currency if it takes instant payouts, otherwise the first one that does. */
  async #destination(account: string, currency: string): Promise<string | undefined> {
    const all = await this.reader.pages(
      `external accounts of ${account}`,
      'GET /v1/accounts/:id/external_accounts',
      (page) => this.stripe.accounts.listExternalAccounts(account, page),
    );
    const taking = all.filter(
      ({ available_payout_methods: methods, status, ...each }) =>
        each.currency === currency && methods?.includes('instant') && !UNUSABLE.includes(status ?? ''),
    );
    return (taking.find((each) => each.default_for_currency) ?? taking[0])?.id;
  }
}
