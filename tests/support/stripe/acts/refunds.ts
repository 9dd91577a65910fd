import { Rejected } from '../../../../warehouse/errors.ts';
import { derivedId } from '../../../../warehouse/ids.ts';
import { feeRefundOf } from '../application-fees.ts';
import { refundObject } from '../objects/payment.ts';
import { balanceTransaction, balanceTransactionId } from '../objects/row.ts';
import { type Charge, type Effects, type Refund, type Settlement, type StripeObject, seconds } from '../objects.ts';
import { reversalOf } from '../reversal.ts';
import { isWaiting } from '../worth.ts';
import {
  type Amount,
  minor,
  optionalSigned,
  type PayingBalance,
  returnedAs,
  type Settled,
  settledAs,
  type World,
} from './act.ts';

interface Booked {
  /** What Stripe takes or returns in another currency, at the rate of that day. */
  readonly settled?: Settled;
  /** The fee of the row, negative if Stripe returns some. Default: 0. */
  readonly fee_minor?: Amount;
}
/** A refund that moves its money. */
interface Withdrawn extends Booked {
  /** The balance that pays, and gets the amount back. Default: `payments`. */
  readonly balance_type?: PayingBalance;
}
export interface RefundAct extends Withdrawn {
  readonly id: string;
  readonly charge: string;
  readonly amount_minor: Amount;
  readonly created_at_ms: number;
  /** Default: `succeeded`. */
  readonly status?: 'succeeded' | 'pending' | 'requires_action';
  /** Why it is pending: for lack of funds, or of its charge, no money has left the balance and there is no row yet. */
  readonly pending_reason?: 'processing' | 'insufficient_funds' | 'charge_pending';
  /** Default: `refund`. */
  readonly row_type?: 'refund' | 'payment_refund';
  /** Of a charge with a destination: the same share of its transfer is reversed. Source: docs.stripe.com/connect/destination-charges. */
  readonly reverse_transfer?: boolean;
  /** Of a charge with an application fee: the same share of it is given back to the connected account. */
  readonly refund_application_fee?: boolean;
}
interface ChangeRefundAct extends Withdrawn {
  readonly id: string;
  /** A refund that waited moves its money when it succeeds. */
  readonly status: 'succeeded' | 'pending' | 'requires_action';
  readonly at_ms: number;
}
interface EndRefundAct extends Booked {
  readonly id: string;
  readonly at_ms: number;
  /** Default: `refund_failure`. */
  readonly row_type?: 'refund_failure' | 'adjustment' | 'payment_refund';
  /** The source of the row. Default: `refund`. */
  readonly source?: 'refund' | 'charge' | 'none';
}

export function refund(world: World, act: RefundAct): void {
  const amount = minor(act.amount_minor);
  world.once('refund', { ...act, amount_minor: amount }, () => {
    const charge = world.known('charge', act.charge);
    const refunded = charge.amount_refunded + amount;
    if (refunded > charge.amount_captured) {
      throw new Rejected(`The refund ${act.id} of ${amount} exceeds the rest of the charge ${charge.id}.`);
    }
    const { currency } = charge;
    const created = seconds(act.created_at_ms);
    const changed: Charge = { ...charge, amount_refunded: refunded, refunded: refunded === charge.amount_captured };
    const made: Refund = {
      ...refundObject({ id: act.id, charge: charge.id, amount, currency, created }),
      payment_intent: charge.payment_intent,
      status: act.status ?? (act.pending_reason === undefined ? 'succeeded' : 'pending'),
      ...(act.pending_reason !== undefined && { pending_reason: act.pending_reason }),
    };
    if (isWaiting(made)) return [changed, { ...made, balance_transaction: null }];
    world.requireSettled(charge, act.settled);
    const put = [changed, made, ...withdrawal(made, { ...act, created })];
    const effects = act.reverse_transfer ? withReversal(world, put, { made, charge }) : { put };
    return act.refund_application_fee ? both(effects, feeRefundOf(world, made, charge)) : effects;
  });
}

function both(some: Effects, other: Effects): Effects {
  return { put: [...some.put, ...other.put], connected: [...(some.connected ?? []), ...(other.connected ?? [])] };
}

/** A refund with the reversal of the same share of the transfer of its charge. */
function withReversal(
  world: World,
  put: readonly StripeObject[],
  { made, charge }: { made: Refund; charge: Charge },
): Effects {
  const transfer = world.known('transfer', String(charge.transfer));
  const amount = Math.floor((transfer.amount * made.amount) / charge.amount);
  const { created } = made;
  const parts = { id: derivedId('trr', made.id), amount, created, metadata: {}, source: world.options.reversalSource };
  const { reversal, effects } = reversalOf(transfer, parts);
  const linked = { ...made, transfer_reversal: reversal.id };
  const reversed = { ...reversal, source_refund: made.id };
  const swap = (each: StripeObject): StripeObject =>
    each.object === 'refund' ? linked : each.object === 'transfer_reversal' ? reversed : each;
  return { ...effects, put: [...put, ...effects.put].map(swap) };
}

/** The row of a refund, and its settlement where its amount does not say it. */
function withdrawal(
  made: Refund,
  {
    created,
    row_type: type,
    balance_type,
    ...act
  }: Withdrawn & { readonly created: number; readonly row_type?: string },
): StripeObject[] {
  const { amount, ...posting } = settledAs(act.settled, made);
  const fee = optionalSigned(act.fee_minor) ?? 0;
  const { id } = made;
  const line = balanceTransaction('refund', {
    ...posting,
    source: id,
    amount: -amount,
    fee,
    created,
    type,
    balance_type,
  });
  if (act.settled === undefined && fee === 0 && balance_type === undefined) return [line];
  const { currency } = posting;
  return [line, { id, object: 'settlement', created, currency, amount, back: amount, fee, balance_type }];
}

/** A refund that is pending goes on, or one that succeeded comes back from the bank and needs action. */
export function changeRefund(world: World, act: ChangeRefundAct): void {
  world.once(`changeRefund ${act.status}`, act, () => {
    const { pending_reason, ...known } = world.known('refund', act.id);
    if (isEnded(known)) throw new Rejected(`The refund ${act.id} has already ended.`);
    const isMoved = known.balance_transaction !== null;
    if (isMoved) return [{ ...known, status: act.status }];
    if (act.status !== 'succeeded') throw new Rejected(`The refund ${act.id} waits for funds.`);
    world.requireSettled(world.known('charge', String(known.charge)), act.settled);
    const balance_transaction = balanceTransactionId(act.id, 'refund');
    const moved = { ...known, balance_transaction, status: act.status };
    return [moved, ...withdrawal(moved, { ...act, created: seconds(act.at_ms) })];
  });
}

/** The bank refuses: the amount is returned to the balance. */
export function failRefund(world: World, act: EndRefundAct): void {
  endRefund(world, 'failed', act);
}

/** As a failure: the amount is returned to the balance. */
export function cancelRefund(world: World, act: EndRefundAct): void {
  endRefund(world, 'canceled', act);
}

function endRefund(world: World, status: 'failed' | 'canceled', act: EndRefundAct): void {
  world.once(`${status === 'failed' ? 'fail' : 'cancel'}Refund`, act, () => {
    const known = world.known('refund', act.id);
    if (isEnded(known)) throw new Rejected(`The refund ${act.id} has already ${known.status}.`);
    const charge = world.known('charge', String(known.charge));
    const { id, amount } = known;
    const changed: Charge = { ...charge, amount_refunded: charge.amount_refunded - amount, refunded: false };
    if (known.balance_transaction === null) return [changed, { ...known, status }];
    const before = world.settlement(id);
    const back = returnedAs(act.settled, {
      currency: before?.currency ?? known.currency,
      amount: before?.amount ?? amount,
    });
    const fee = optionalSigned(act.fee_minor) ?? 0;
    const created = seconds(act.at_ms);
    const source = { refund: id, charge: charge.id, none: null }[act.source ?? 'refund'];
    const row = balanceTransactionId(id, 'refund_failure');
    const line = balanceTransaction('refund_failure', {
      ...back,
      id: row,
      source,
      fee,
      created,
      type: act.row_type,
      balance_type: before?.balance_type,
    });
    const ended: Refund = {
      ...known,
      failure_balance_transaction: line.id,
      ...(status === 'failed' && { failure_reason: 'lost_or_stolen_card' }),
      status,
    };
    if (before === undefined && act.settled === undefined && fee === 0) return [changed, ended, line];
    const { currency } = back;
    const plain: Settlement = { id, object: 'settlement', created, currency, amount, back: amount, fee: 0 };
    const settled = { ...(before ?? plain), back: back.amount, fee: (before?.fee ?? 0) + fee };
    return [changed, ended, settled, line];
  });
}

function isEnded({ status }: Pick<Refund, 'status'>): boolean {
  return status === 'failed' || status === 'canceled';
}
