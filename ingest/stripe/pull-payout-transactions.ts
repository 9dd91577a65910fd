import Stripe from 'stripe';
import { instant } from '../../warehouse/clock.ts';
import { countOf } from '../../warehouse/count-of.ts';
import { messageOf, Unavailable } from '../../warehouse/errors.ts';
import type { ValueRow, Warehouse } from '../../warehouse/warehouse.ts';
import { takeInstant } from '../load/warehouse-time.ts';
import { minorOf } from './amounts.ts';
import { payoutTransactions } from './payout-tables.ts';
import type { PullOptions } from './pull.ts';
import { STRIPE_QUERIES } from './queries.ts';
import { everyObject, idOf } from './resource.ts';
import { type Send, sendWithRetries } from './retry.ts';

interface PayoutTransactionsPull extends Pick<PullOptions, 'stripe' | 'clock' | 'wait' | 'from'> {
  /** The limit of a run; later runs read the others. */
  readonly payoutsPerRun?: number;
  readonly onProgress?: (text: string) => void;
}

interface PayoutTransactionsPulled {
  /** The number of payouts whose balance transactions were stored. */
  readonly attributed: number;
  /** The number of payouts that later runs read. */
  readonly remaining: number;
}

/** One request a payout within Stripe's rate limit: about two minutes. */
const PAYOUTS_PER_RUN = 2_000;

/** The number of payouts per transaction. */
const PAYOUTS_PER_BATCH = 20;

/**
 * Reads which balance transactions each automatic payout since an instant carried, of the platform and of connected accounts, once Stripe has
 * attributed them. Of manual payouts Stripe does not say it. A payout that Stripe refuses is reported and does not stop the others. Throws
 * `Unavailable` if Stripe cannot be read. Source: docs.stripe.com/api/balance_transactions/list, docs.stripe.com/payouts/reconciliation.
 */
export async function pullPayoutTransactions(
  warehouse: Warehouse,
  options: PayoutTransactionsPull,
): Promise<PayoutTransactionsPulled> {
  const { stripe, clock, from, wait, payoutsPerRun = PAYOUTS_PER_RUN, onProgress = () => undefined } = options;
  const send = sendWithRetries(wait);
  const found = await warehouse.query<FoundPayout>(...STRIPE_QUERIES.payouts_to_attribute(instant(from)));
  const wanted = found.filter(isAttributed);
  const some = wanted.slice(0, payoutsPerRun);
  let attributed = 0;
  for (let begin = 0; begin < some.length; begin += PAYOUTS_PER_BATCH) {
    const rows: ValueRow[] = [];
    const pulled_at = instant(clock.now());
    for (const payout of some.slice(begin, begin + PAYOUTS_PER_BATCH)) {
      const carried = await readCarried(payout, { stripe, send, onProgress });
      if (carried.length > 0) attributed++;
      rows.push(...carried.map((row) => ({ ...row, pulled_at })));
    }
    if (rows.length === 0) continue;
    await warehouse.transaction(async (writer) => {
      const recorded_at = await takeInstant(writer, clock);
      await writer.append(
        payoutTransactions,
        rows.map((row) => ({ ...row, recorded_at })),
      );
    });
    onProgress(`balance transactions of ${countOf(attributed, 'bank payout')} read`);
  }
  return { attributed, remaining: wanted.length - some.length };
}

interface FoundPayout extends ValueRow {
  readonly account_id_stripe: string;
  readonly id_stripe: string;
  readonly object_stripe: string;
}

/** Before that, the list of a payout is not complete. */
function isAttributed({ object_stripe }: FoundPayout): boolean {
  const { reconciliation_status } = JSON.parse(object_stripe) as Partial<Stripe.Payout>;
  return reconciliation_status === 'completed';
}

interface Reading {
  readonly stripe: Stripe;
  readonly send: Send;
  readonly onProgress: (text: string) => void;
}

/** Nothing if Stripe refuses it. */
async function readCarried(
  { account_id_stripe: account, id_stripe: payout }: FoundPayout,
  { stripe, send, onProgress }: Reading,
): Promise<ValueRow[]> {
  const within = account === '' ? {} : { stripeAccount: account };
  const about = { payout, expand: ['data.source'] };
  const rows = new Map<string, ValueRow>();
  try {
    const pages = everyObject((page) => stripe.balanceTransactions.list({ ...about, ...page }, within), send);
    for await (const { id, source, net, currency } of pages) {
      rows.set(id, {
        account_id_stripe: account,
        payout_id_stripe: payout,
        balance_transaction_id_stripe: id,
        transfer_id_stripe: receivedTransfer(source),
        net_minor: minorOf(net, currency),
        currency: currency.toUpperCase(),
      });
    }
  } catch (error) {
    const { StripeError, StripeAuthenticationError } = Stripe.errors;
    if (!(error instanceof StripeError)) throw error;
    if (error instanceof StripeAuthenticationError)
      throw new Unavailable(`Stripe could not be read: ${messageOf(error)}; correct STRIPE_API_KEY.`);
    const whose = account === '' ? payout : `${payout} of ${account}`;
    onProgress(`what the payout ${whose} carried could not be read, and is read again tomorrow: ${messageOf(error)}`);
    return [];
  }
  return [...rows.values()];
}

/** A connected account receives a transfer as a payment, which names it. */
function receivedTransfer(source: Stripe.BalanceTransaction['source'] | undefined): string | null {
  return typeof source === 'object' && source?.object === 'charge' ? idOf(source.source_transfer) : null;
}
