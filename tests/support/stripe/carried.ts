import type { World } from './acts/act.ts';
import { chargeObject } from './objects/payment.ts';
import type { BalanceTransaction, Charge, Payout } from './objects.ts';
import { invalid, missing } from './refusal.ts';
import { Collection } from './store.ts';

/**
 * The rows that an automatic payout carried: those of its account and currency that had become available since the one before, and its own. Of
 * manual payouts Stripe does not say it, of others only once it has attributed them. Source: docs.stripe.com/api/balance_transactions/list.
 */
export function carriedRows(world: World, account: string, id: string): Collection<BalanceTransaction> {
  const payout = world.store.all('payout', account).get(id);
  if (payout === undefined) throw missing('payout', id, 'payout');
  if (!payout.automatic) {
    throw invalid('Balance transaction history can only be filtered on automatic transfers, not manual.', {
      param: 'payout',
    });
  }
  const rows = new Collection<BalanceTransaction>();
  for (const row of world.store.all('balance_transaction', account).oldestFirst()) {
    const isComplete = payout.reconciliation_status === 'completed' || row.source === id;
    if (isComplete && carrierOf(world, account, row)?.id === id) rows.put(row);
  }
  return rows;
}

function carrierOf(world: World, account: string, row: BalanceTransaction): Payout | undefined {
  const payouts = world.store.all('payout', account);
  const own = row.reporting_category === 'payout' ? payouts.get(String(row.source)) : undefined;
  if (own?.automatic) return own;
  if (row.balance_type !== 'payments') return undefined;
  const since = Math.max(row.created, row.available_on);
  return payouts
    .oldestFirst()
    .find(({ automatic, created, currency }) => automatic && currency === row.currency && created >= since);
}

/** The payment that a connected account received by a transfer. */
export function receivedPayment(world: World, id: string): Charge | undefined {
  const transfer = world.store
    .all('transfer')
    .oldestFirst()
    .find(({ destination_payment }) => destination_payment === id);
  if (transfer === undefined) return undefined;
  const { amount, currency, created } = transfer;
  return { ...chargeObject({ id, amount, currency, created, metadata: {} }), source_transfer: transfer.id };
}
