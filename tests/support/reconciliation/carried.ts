import { payoutTransactions } from '../../../ingest/stripe/payout-tables.ts';
import type { WarehouseWriter } from '../../../warehouse/warehouse.ts';
import { balanceTransactionId } from '../stripe/objects/row.ts';

/** What an automatic payout in EUR carried: the net amounts in minor units. Its own balance transaction is listed too, as Stripe does. */
export interface Carried {
  readonly payout: string;
  readonly own_minor: bigint;
  readonly nets_minor: readonly bigint[];
}

/** Stores them as the pull does, recorded at the instant `at`. */
export async function storeCarried(writer: WarehouseWriter, at: string, carried: readonly Carried[]): Promise<void> {
  const rows = carried.flatMap(({ payout, own_minor, nets_minor }) =>
    [own_minor, ...nets_minor].map((net_minor, index) => ({
      account_id_stripe: '',
      payout_id_stripe: payout,
      balance_transaction_id_stripe: index === 0 ? balanceTransactionId(payout, 'payout') : `txn_${payout}_${index}`,
      transfer_id_stripe: null,
      net_minor,
      currency: 'EUR',
      pulled_at: at,
      recorded_at: at,
    })),
  );
  await writer.append(payoutTransactions, rows);
}
