import { Rejected } from '../../../../warehouse/errors.ts';
import { refundObject } from '../objects/payment.ts';
import { balanceTransaction, balanceTransactionId } from '../objects/row.ts';
import { type Charge, type Settlement, seconds } from '../objects.ts';
import { chargeFee } from '../worth.ts';
import { type Amount, minor, optionalSigned, type Settled, settledAs, type World } from './act.ts';
import { reversal } from './charge-reversal.ts';

interface CaptureAct {
  readonly id: string;
  readonly at_ms: number;
  /** Default: all that was authorised. More needs `is_overcapture`, and is one row. */
  readonly amount_minor?: Amount;
  readonly is_overcapture?: boolean;
  /** Of the captured amount. */
  readonly settled?: Settled;
  /** The fee of the whole authorised amount. */
  readonly fee_minor?: Amount;
  /** The fee of the second row, negative if it is returned. Default: what exceeds the fee of the captured amount. */
  readonly returned_fee_minor?: Amount;
  /** The source of the second row, which Stripe does not document. Default: `charge`. `refund` makes a refund object. */
  readonly source?: 'charge' | 'refund';
  /** The id of that refund. Default: derived. */
  readonly refund_id?: string;
  /** The type of the second row. Default: `refund`. */
  readonly row_type?: 'refund' | 'payment_refund';
}
interface ExpireAct {
  readonly id: string;
  readonly at_ms: number;
  /** Makes the refund object that Stripe shows, without a row. */
  readonly refund_id?: string;
}

/** Captures an authorised charge, or a part: then a second row takes back what was not captured. */
export function captureCharge(world: World, act: CaptureAct): void {
  world.once('captureCharge', act, () => {
    const known = world.known('charge', act.id);
    if (known.captured || known.status === 'failed' || known.refunded) {
      throw new Rejected(`The charge ${act.id} cannot be captured.`);
    }
    const captured = act.amount_minor === undefined ? known.amount : minor(act.amount_minor);
    if (captured > known.amount && !act.is_overcapture) {
      throw new Rejected(`The charge ${act.id} is only for ${known.amount}.`);
    }
    const authorised = Math.max(captured, known.amount);
    const created = seconds(act.at_ms);
    const balance_transaction = balanceTransactionId(act.id, 'charge');
    const made: Charge = { ...known, amount_captured: captured, captured: true, balance_transaction };
    const part = settledAs(act.settled, { currency: known.currency, amount: captured });
    const whole = Number((BigInt(part.amount) * BigInt(authorised)) / BigInt(captured));
    const fee = optionalSigned(act.fee_minor) ?? chargeFee(whole);
    const available_on = world.availableOn(created);
    const posting = { ...part, source: act.id, created, available_on };
    const line = balanceTransaction('charge', { ...posting, amount: whole, fee });
    const rest = whole - part.amount;
    const returned = rest === 0 ? 0 : (optionalSigned(act.returned_fee_minor) ?? chargeFee(part.amount) - fee);
    const settled = settledOtherwise(act, { ...part, created, fee: fee + returned });
    if (rest === 0) return [made, ...settled, line];
    const reverse = reversal(known, { ...act, amount: known.amount - captured, category: 'partial_capture_reversal' });
    const back = balanceTransaction(reverse.category, {
      ...posting,
      source: reverse.source,
      id: reverse.row,
      amount: -rest,
      fee: returned,
      type: act.row_type,
    });
    return [made, ...settled, line, ...reverse.put, back];
  });
}

/** The settlement of a capture, where its amount and the plain fee do not say it. */
function settledOtherwise(
  { id, settled, fee_minor, returned_fee_minor }: CaptureAct,
  { currency, amount, created, fee }: Pick<Settlement, 'currency' | 'amount' | 'created' | 'fee'>,
): Settlement[] {
  if (settled === undefined && fee_minor === undefined && returned_fee_minor === undefined) return [];
  return [{ id, object: 'settlement', created, currency, amount, back: amount, fee }];
}

/** An authorisation expires or is canceled: nothing moves. */
export function expireCharge(world: World, act: ExpireAct): void {
  world.once('expireCharge', act, () => {
    const known = world.known('charge', act.id);
    if (known.captured || known.status === 'failed') throw new Rejected(`The charge ${act.id} cannot expire.`);
    const expired: Charge = { ...known, amount_refunded: known.amount, refunded: true };
    if (act.refund_id === undefined) return [expired];
    const { id: charge, amount, currency } = known;
    const created = seconds(act.at_ms);
    const refund = refundObject({ id: act.refund_id, charge, amount, currency, created });
    return [
      expired,
      { ...refund, balance_transaction: null, reason: 'expired_uncaptured_charge' },
      { id: act.refund_id, object: 'settlement', created, currency, amount: 0, back: 0, fee: 0 },
    ];
  });
}
