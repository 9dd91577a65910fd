import type Stripe from 'stripe';
import { type Clock, instant } from '../../warehouse/clock.ts';
import { messageOf, Unavailable } from '../../warehouse/errors.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import { askOnce } from './asking.ts';
import type { Resource, StripeRecord } from './resource.ts';
import { balanceTransaction, transfer } from './resources.ts';
import { storeRecords } from './store-records.ts';
import { pulls } from './tables.ts';

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
  const created = { gte: Math.floor(from / 1000), lt: Math.ceil(until / 1000) };
  let pulled = 0;
  const read = async <T extends StripeRecord>(resource: Resource<T>): Promise<T[]> => {
    const records: T[] = [];
    try {
      for await (const record of resource.list(stripe, created, { ask: askOnce })) {
        records.push(record);
        if (++pulled % 500 === 0) onProgress?.(pulled);
      }
    } catch (error) {
      throw new Unavailable(`Stripe could not be read: ${messageOf(error)}`);
    }
    return records;
  };
  const movements = await read(balanceTransaction);
  const sent = await read(transfer);
  // What happens after this pull began may be missing in it, however far its window reaches.
  const pulled_until = instant(Math.min(until, began));
  await warehouse.transaction(async (writer) => {
    await storeRecords(writer, balanceTransaction, movements, { pulled_at, clock });
    await storeRecords(writer, transfer, sent, { pulled_at, clock });
    await writer.append(pulls, [{ pulled_from: instant(from), pulled_until, pulled_at }]);
  });
  return pulled;
}
