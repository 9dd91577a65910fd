import { derivedId } from '../../../../warehouse/ids.ts';
import { refundObject } from '../objects/payment.ts';
import { balanceTransactionId } from '../objects/row.ts';
import { type Charge, type Settlement, type StripeObject, seconds } from '../objects.ts';

/** What the second row of a charge names as its source: the charge, a refund object that moves nothing by itself, or nothing. */
export function reversal(
  { id: charge, currency }: Charge,
  act: {
    readonly category: 'partial_capture_reversal' | 'charge_failure' | 'payment_reversal';
    readonly amount: number;
    readonly at_ms: number;
    readonly source?: 'charge' | 'refund' | 'none';
    readonly refund_id?: string;
  },
): {
  readonly category: string;
  readonly source: string | null;
  readonly row: string;
  readonly put: readonly StripeObject[];
} {
  const { category } = act;
  if (act.source !== 'refund') {
    const source = act.source === 'none' ? null : charge;
    return { category, source, row: balanceTransactionId(charge, category), put: [] };
  }
  const id = act.refund_id ?? derivedId(category === 'partial_capture_reversal' ? 're' : 'pyr', charge, category);
  const row = balanceTransactionId(id, category);
  const created = seconds(act.at_ms);
  const refund = refundObject({ id, charge, amount: act.amount, currency, created });
  const nothing: Settlement = { id, object: 'settlement', created, currency, amount: 0, back: 0, fee: 0 };
  return { category, source: id, row, put: [{ ...refund, balance_transaction: row, reason: null }, nothing] };
}
