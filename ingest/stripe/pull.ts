import type Stripe from 'stripe';
import { type Clock, instant } from '../../warehouse/clock.ts';
import { messageOf, Unavailable } from '../../warehouse/errors.ts';
import type { ValueRow, Warehouse, WarehouseWriter } from '../../warehouse/warehouse.ts';
import { balanceTransactions, pulls, transfers } from './tables.ts';

export interface PullOptions {
  readonly stripe: Stripe;
  readonly clock: Clock;
  /** What was created from this instant, in milliseconds since the epoch … */
  readonly from: number;
  /** … up to, not including, this one. */
  readonly until: number;
  readonly onProgress?: (pulled: number) => void;
}

/**
 * Reads the movements of the platform's balance, and its transfers, from Stripe into the warehouse: all of a window or,
 * where Stripe fails in between (`Unavailable`), nothing. Gives how many records it read.
 */
export async function pullStripe(
  warehouse: Warehouse,
  { stripe, clock, from, until, onProgress }: PullOptions,
): Promise<number> {
  const began = clock.now();
  const pulled_at = instant(began);
  const window = { created: { gte: Math.floor(from / 1000), lt: Math.ceil(until / 1000) }, limit: 100 };
  let pulled = 0;
  const read = async <T>(list: AsyncIterable<T>, rowOf: (record: T) => ValueRow): Promise<ValueRow[]> => {
    const rows: ValueRow[] = [];
    try {
      for await (const record of list) {
        rows.push({ ...rowOf(record), pulled_at });
        if (++pulled % 500 === 0) onProgress?.(pulled);
      }
    } catch (error) {
      throw new Unavailable(`Stripe could not be read: ${messageOf(error)}`);
    }
    return rows;
  };
  const movements = await read(stripe.balanceTransactions.list(window), movementRow);
  const sent = await read(stripe.transfers.list(window), transferRow);
  // What happens after this pull began may be missing in it, however far its window reaches.
  const pulled_until = instant(Math.min(until, began));
  await warehouse.transaction(async (writer) => {
    await appendChanged(writer, { table: balanceTransactions, rows: movements, from });
    await appendChanged(writer, { table: transfers, rows: sent, from });
    await writer.append(pulls, [{ pulled_from: instant(from), pulled_until, pulled_at }]);
  });
  return pulled;
}

/** Records that are as they were pulled last are not stored again. */
async function appendChanged(
  writer: WarehouseWriter,
  {
    table,
    rows,
    from,
  }: { table: typeof balanceTransactions | typeof transfers; rows: readonly ValueRow[]; from: number },
): Promise<void> {
  const stored = await writer.query<{ id_stripe: string; object_stripe: string }>(
    `select id_stripe, object_stripe from ${table.name} where created_at >= $1
     qualify row_number() over (partition by id_stripe order by pulled_at desc) = 1`,
    [instant(Math.floor(from / 1000) * 1000)],
  );
  const latest = new Map(stored.map((row) => [row.id_stripe, row.object_stripe]));
  await writer.append(
    table,
    rows.filter((row) => latest.get(String(row.id_stripe)) !== row.object_stripe),
  );
}

function movementRow(movement: Stripe.BalanceTransaction): ValueRow {
  return {
    id_stripe: movement.id,
    source_id_stripe: idOf(movement.source),
    reporting_category: movement.reporting_category,
    amount_minor: BigInt(movement.amount),
    fee_minor: BigInt(movement.fee),
    net_minor: BigInt(movement.net),
    currency: movement.currency.toUpperCase(),
    created_at: instant(movement.created * 1000),
    object_stripe: JSON.stringify(movement),
  };
}

function transferRow(transfer: Stripe.Transfer): ValueRow {
  return {
    id_stripe: transfer.id,
    amount_minor: BigInt(transfer.amount),
    reversed_minor: BigInt(transfer.amount_reversed),
    currency: transfer.currency.toUpperCase(),
    destination_account_id_stripe: idOf(transfer.destination) ?? '',
    transfer_group: transfer.transfer_group,
    created_at: instant(transfer.created * 1000),
    object_stripe: JSON.stringify(transfer),
  };
}

function idOf(reference: string | { id: string } | null | undefined): string | null {
  return typeof reference === 'string' ? reference : (reference?.id ?? null);
}
