import type { Reconciliation } from '../../../../jobs/reconcile-stripe.ts';
import { decimalToMinor } from '../../../../warehouse/money.ts';
import type { Period } from '../../../../warehouse/period.ts';
import type { Simulation } from './simulation.ts';

interface Balance extends Record<string, string | bigint> {
  readonly creator_id: string;
  readonly currency: string;
  readonly minor: bigint;
}

/** What the books of a closed period and the comparison with Stripe say wrongly, one sentence each. */
export async function booksOf(
  { batch, stripe }: Simulation,
  { period, comparison }: { period: Period; comparison: Reconciliation },
): Promise<string[]> {
  const { warehouse } = batch.harness.services;
  const owed = await warehouse.query<Balance>(
    `select closes.creator_id, closes.currency, closes.closing_minor as minor, first.closing_minor as earned_minor
    from ledger.balances as closes
    join ledger.balances as first
      on first.period = '2026-01' and first.creator_id = closes.creator_id and first.currency = closes.currency
    where closes.period = $1`,
    [period],
  );
  const standing = stripe.transfers().filter(({ reversed }) => !reversed);
  const faults = owed.flatMap(({ creator_id, currency, minor, earned_minor }) => {
    const transfers = standing.filter(
      ({ destination }) => `cr_${String(destination).replace('acct_', '')}` === creator_id,
    );
    const left = BigInt(earned_minor ?? 0) - transfers.reduce((sum, { amount }) => sum + BigInt(amount), 0n);
    return left === minor
      ? []
      : [`${creator_id} is owed ${minor} ${currency} by the books, but ${left} after what Stripe has paid`];
  });
  if (owed.length === 0) faults.push(`the books of ${period} have no balances`);
  const cash = await warehouse.query<{ currency: string; amount: string }>(
    `select currency, cast(sum(posting_amount) as varchar) as amount from ledger.postings where account = 'stripe_balance' group by currency`,
  );
  for (const { currency, amount } of cash) {
    const [booked, held] = [decimalToMinor(amount, currency), stripe.balance(currency.toLowerCase())];
    if (booked !== held) faults.push(`stripe_balance is ${booked} ${currency}, but Stripe holds ${held}`);
  }
  if (cash.length !== 2) faults.push(`stripe_balance has ${cash.length} currencies`);
  // A transfer that was reversed before anybody had its answer, or was made by hand, is nothing to our books.
  const sent = await batch.store
    .selectFrom('payout_log')
    .select('transfer_id_stripe')
    .where('state', '=', 'sent')
    .execute();
  const logged = new Set(sent.map(({ transfer_id_stripe }) => transfer_id_stripe));
  const explained = new Set(
    stripe.transfers().flatMap(({ id, reversed }) => (reversed && !logged.has(id) ? [id] : [])),
  );
  const breaks = comparison.breaks.filter(({ flow_id }) => !explained.has(flow_id));
  faults.push(...breaks.map(({ break_id, break_class }) => `the break ${break_id} of ${period}: ${break_class}`));
  const isExplained = comparison.verdict === 'reconciled' || comparison.breaks.length > 0;
  if (!isExplained) faults.push(`the comparison of ${period} is ${comparison.verdict}: ${comparison.reason}`);
  return faults;
}
