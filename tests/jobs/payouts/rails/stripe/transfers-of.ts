import type Stripe from 'stripe';
import { openPacer } from '../../../../../jobs/payouts/pacing.ts';
import { StripeTransfers, tooFastForStripe } from '../../../../../jobs/payouts/rails/stripe/stripe-transfers.ts';
import type { TransferBody } from '../../../../../jobs/payouts/rails/stripe/transfer.ts';
import { stripeClient } from '../../../../support/stripe/client.ts';
import { type LocalServerOptions, startStripe } from '../../../../support/stripe/local-stripe.ts';
import { createSmallAccount, type ManualClock } from '../../../../support/stripe/small-account.ts';

/** The request of a payout of 80.00 USD. */
export const BODY: TransferBody = {
  amount: 8000,
  currency: 'usd',
  destination: 'acct_ada',
  transfer_group: 'batch_2026-01:po_1',
  metadata: { payout_id: 'po_1', batch_id: 'batch_2026-01', creator_id: 'cr_ada' },
};

/** A new local Stripe with the small account, and its transfers. */
export async function startTransfers(clock: ManualClock, options: Partial<Omit<LocalServerOptions, 'clock'>>) {
  const stripe = await startStripe({ apiKey: 'sk_test_local', ...options, clock });
  createSmallAccount(stripe, clock);
  const client = stripeClient(stripe);
  return { stripe, client, transfers: transfersOf(client, clock) };
}

/** The transfers of a client; its waits advance the clock. */
export function transfersOf(client: Stripe, clock: ManualClock): StripeTransfers {
  const wait = async (ms: number) => clock.advance(ms);
  return new StripeTransfers(client, { pacer: openPacer({ clock, wait, tooFast: tooFastForStripe }), wait });
}
