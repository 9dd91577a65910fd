import type { BalanceTransaction, StripeObject } from './objects.ts';

/** An object as Stripe shows it at a time in seconds: a balance transaction becomes available by the clock alone. */
export function rendered(object: StripeObject, now: number): object {
  switch (object.object) {
    case 'balance_transaction':
      return current(object, now);
    case 'dispute':
      return { ...object, balance_transactions: object.balance_transactions.map((row) => current(row, now)) };
    case 'bank_account':
    case 'reserve_transaction':
    case 'connect_collection_transfer': {
      const { created: _order, ...shown } = object;
      return shown;
    }
    default:
      return object;
  }
}

function current(row: BalanceTransaction, now: number): BalanceTransaction {
  return row.status === 'pending' && row.available_on <= now ? { ...row, status: 'available' } : row;
}
