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
  for (const [row, carrier] of carriers(world, account)) {
    const isComplete = payout.reconciliation_status === 'completed' || row.source === id;
    if (isComplete && carrier?.id === id) rows.put(row);
  }
  return rows;
}

/** What an automatic payout that is created now carries, in minor units: all that is available and that no other one has carried. */
export function uncarriedNet(
  world: World,
  { account, currency, created }: { readonly account: string; readonly currency: string; readonly created: number },
): number {
  return [...carriers(world, account)]
    .filter(([row, carrier]) => carrier === undefined && row.currency === currency && isPaidOut(row))
    .filter(([row]) => Math.max(row.created, row.available_on) <= created)
    .reduce((sum, [row]) => sum + row.net, 0);
}

const isPaidOut = ({ balance_type }: BalanceTransaction): boolean => balance_type === 'payments';

/** Each row with the first automatic payout whose own row comes after it, once it is available. */
function* carriers(world: World, account: string): Generator<[BalanceTransaction, Payout | undefined]> {
  const payouts = world.store.all('payout', account);
  const rows = world.store.all('balance_transaction', account).oldestFirst();
  const own = rows.flatMap((row, position) => {
    const payout = row.reporting_category === 'payout' ? payouts.get(String(row.source)) : undefined;
    return payout?.automatic ? [{ row, position, payout }] : [];
  });
  for (const [position, row] of rows.entries()) {
    const after = own.find(
      (each) => each.position > position && each.row.currency === row.currency && each.row.created >= row.available_on,
    );
    const carrier = own.find((each) => each.row === row) ?? (isPaidOut(row) ? after : undefined);
    yield [row, carrier?.payout];
  }
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
