import { isDay } from '../../warehouse/clock.ts';
import { countOf } from '../../warehouse/count-of.ts';
import { Rejected } from '../../warehouse/errors.ts';
import type { PaymentOrder } from './payment-order.ts';

/** What keeps an order from being written. */
export interface Fault {
  /** Null if it is about the order or its debtor. */
  readonly creator_id: string | null;
  readonly field: string;
  /** What is wrong with the field and what would be right, without a full stop. Never an account number. */
  readonly reason: string;
}

/** Nothing is written of an order that has faults. */
export class OrderRefused extends Rejected {
  override name = 'OrderRefused';
  readonly faults: readonly Fault[];

  constructor(order: PaymentOrder, faults: readonly Fault[]) {
    super(
      `No bank file was written for the order ${order.order_id}, because of ${countOf(faults.length, 'fault')}. Correct what is named, or leave these payouts out of the order:${linesOf(faults)}`,
    );
    this.faults = faults;
  }
}

/** A line for each fault, with its creator. */
export function linesOf(faults: readonly Fault[]): string {
  const lines = faults.map(
    ({ creator_id, field, reason }) =>
      `\n- ${creator_id === null ? 'the order' : `creator ${creator_id}`}, ${field}: ${reason}.`,
  );
  return lines.join('');
}

/** Throws one `OrderRefused` with all faults, if there are any. */
export function assertNoFaults(order: PaymentOrder, faults: readonly Fault[]): void {
  if (faults.length > 0) throw new OrderRefused(order, faults);
}

/** The faults of what both schemes have in common: its days, and that each payment is there once and pays something. */
export function commonFaults(order: PaymentOrder, limit: { currency: string; largest: bigint }): Fault[] {
  const faults: Fault[] = [];
  const add = (creator_id: string | null, field: string, reason: string) => faults.push({ creator_id, field, reason });
  if (Number.isNaN(Date.parse(order.created_at)) || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(order.created_at))
    add(null, 'created_at', 'it is not a UTC instant');
  if (!isDay(order.execution_on)) add(null, 'execution_on', 'it is not a day such as 2026-12-01');
  else if (order.execution_on < order.created_at.slice(0, 10))
    add(null, 'execution_on', 'it is before the day on which the order was made');
  if (order.payments.length === 0) add(null, 'payments', 'there are none');
  const seen = new Set<string>();
  for (const { creator_id, payout_id, amount_minor, currency } of order.payments) {
    if (seen.has(payout_id)) add(creator_id, 'payout_id', `${payout_id} is there twice`);
    seen.add(payout_id);
    if (currency !== limit.currency)
      add(creator_id, 'currency', `it is ${currency}, and this file pays ${limit.currency}`);
    if (amount_minor <= 0n) add(creator_id, 'amount', 'it is not positive');
    if (amount_minor > limit.largest) add(creator_id, 'amount', `it is above ${limit.largest} minor units`);
  }
  return faults;
}
