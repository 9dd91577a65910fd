import type Stripe from 'stripe';

interface RowsOptions {
  /** Inside a connected account. Default: of the platform. */
  readonly account?: string;
}

/** The balance transactions so far, oldest first: `ch_1 charge/charge usd 1000 fee 59`, in minor units; `-` without a source. */
export async function rowsOf(stripe: Stripe, { account }: RowsOptions = {}): Promise<string[]> {
  const options = account === undefined ? {} : { stripeAccount: account };
  const { data } = await stripe.balanceTransactions.list({ limit: 100 }, options);
  return data.reverse().map(rowText);
}

function rowText(row: Stripe.BalanceTransaction): string {
  const { source, reporting_category, type, currency, amount, fee, balance_type, status } = row;
  const words = [source ?? '-', `${reporting_category}/${type}`, currency, amount];
  if (fee !== 0) words.push('fee', fee);
  if (balance_type !== 'payments') words.push(balance_type);
  if (status !== 'available') words.push(status);
  return words.join(' ');
}
