import { Rejected } from '../../../../warehouse/errors.ts';
import { disputeObject } from '../objects/payment.ts';
import { balanceTransaction, balanceTransactionId } from '../objects/row.ts';
import { type Dispute, type Settlement, type StripeObject, seconds } from '../objects.ts';
import { DISPUTE_FEE, isDebited } from '../worth.ts';
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
  /** The fee of the row. Default: 15.00 for the first withdrawal, otherwise 0; negative if Stripe returns some. */
  readonly fee_minor?: Amount;
}
/** The first withdrawal of a dispute. */
interface FirstWithdrawal extends Booked {
  /** The balance that pays, and gets back what is won. Default: `payments`. */
  readonly balance_type?: PayingBalance;
  /** Default: `adjustment`. */
  readonly row_type?: 'adjustment' | 'adjusted_for_overdraft_transaction';
}
type Open = 'needs_response' | 'under_review';
export interface DisputeAct extends FirstWithdrawal {
  readonly id: string;
  readonly charge: string;
  readonly amount_minor: Amount;
  readonly created_at_ms: number;
  /** A `warning_…` is an inquiry: it withdraws no money yet. `prevented` withdraws none unless `is_withdrawn`. */
  readonly status: Open | 'warning_needs_response' | 'warning_under_review' | 'prevented';
  /** Whether a prevented dispute takes the money all the same, which Stripe does not document. Default: no. */
  readonly is_withdrawn?: boolean;
  /** Default: `fraudulent`. */
  readonly reason?: string;
  /** The amount may be more than that of the charge. Default: refused. */
  readonly may_exceed_charge?: boolean;
}
interface EscalateDisputeAct extends FirstWithdrawal {
  readonly id: string;
  readonly at_ms: number;
  /** Default: `needs_response`. */
  readonly status?: Open;
  /** Default: that of the inquiry. */
  readonly amount_minor?: Amount;
}
export interface CloseDisputeAct extends Booked {
  readonly id: string;
  readonly won: boolean;
  readonly at_ms: number;
}
interface WinAppealAct extends Booked {
  readonly id: string;
  readonly at_ms: number;
}
interface ReopenDisputeAct extends Booked {
  readonly id: string;
  readonly at_ms: number;
  /** Default: `under_review`. */
  readonly status?: Open | 'lost' | 'appeal_needs_response' | 'appeal_under_review';
}

export function dispute(world: World, act: DisputeAct): void {
  const amount = minor(act.amount_minor);
  world.once('dispute', { ...act, amount_minor: amount }, () => {
    const charge = world.known('charge', act.charge);
    if (amount > charge.amount && !act.may_exceed_charge) {
      throw new Rejected(`The dispute ${act.id} of ${amount} exceeds the charge of ${charge.amount}.`);
    }
    const { currency, payment_intent } = charge;
    const created = seconds(act.created_at_ms);
    const { id, status, reason = 'fraudulent' } = act;
    const made = disputeObject({ id, amount, charge: charge.id, created, currency, payment_intent, reason, status });
    if (act.is_withdrawn && status !== 'prevented') {
      throw new Rejected(`The dispute ${id} is ${status}: only one that is prevented can say whether it is withdrawn.`);
    }
    const isWithdrawn = isDebited(made) || act.is_withdrawn === true;
    const disputed = { ...charge, disputed: true };
    return [disputed, ...(isWithdrawn ? withdraw(world, made, { ...act, at_ms: act.created_at_ms }) : [made])];
  });
}

/** An inquiry becomes a chargeback under the same id, which withdraws the money. */
export function escalateDispute(world: World, act: EscalateDisputeAct): void {
  world.once('escalateDispute', act, () => {
    const known = world.known('dispute', act.id);
    if (!known.status.startsWith('warning_')) throw new Rejected(`The dispute ${act.id} is no inquiry.`);
    const amount = act.amount_minor === undefined ? known.amount : minor(act.amount_minor);
    return withdraw(world, { ...known, amount, status: act.status ?? 'needs_response' }, act);
  });
}

/** Won: the amount is returned, the fee is not. Lost: nothing moves. An inquiry is closed without money. */
export function closeDispute(world: World, act: CloseDisputeAct): void {
  world.once('closeDispute', act, () => {
    const known = world.known('dispute', act.id);
    if (known.status === 'prevented') throw new Rejected(`The dispute ${act.id} was prevented.`);
    if (!isDebited(known)) return [{ ...known, status: 'warning_closed' }];
    return act.won ? reinstate(world, known, act) : [{ ...known, status: 'lost' }];
  });
}

/** The amount of a lost dispute is returned after all. */
export function winAppeal(world: World, act: WinAppealAct): void {
  world.once('winAppeal', act, () => {
    const known = world.known('dispute', act.id);
    if (known.status !== 'lost') throw new Rejected(`The dispute ${act.id} was not lost.`);
    return reinstate(world, known, act);
  });
}

/** A dispute that was won is withdrawn again: the third row of one dispute. */
export function reopenDispute(world: World, act: ReopenDisputeAct): void {
  world.once('reopenDispute', act, () => {
    const known = world.known('dispute', act.id);
    if (known.status !== 'won') throw new Rejected(`The dispute ${act.id} was not won.`);
    return withdraw(world, { ...known, status: act.status ?? 'under_review' }, act);
  });
}

/** Its state so far: what it has taken, what a victory returns, and the fees. */
function settlementOf(world: World, { id, amount, created, currency, balance_transactions }: Dispute): Settlement {
  const fee = balance_transactions.length === 0 ? 0 : DISPUTE_FEE;
  return world.settlement(id) ?? { id, object: 'settlement', created, currency, amount, back: amount, fee };
}

function withdraw(world: World, made: Dispute, act: FirstWithdrawal & { readonly at_ms: number }): StripeObject[] {
  world.requireSettled(world.known('charge', String(made.charge)), act.settled);
  const { id } = made;
  const earlier = made.balance_transactions.length;
  const before = settlementOf(world, made);
  const posting =
    earlier === 0
      ? settledAs(act.settled, made)
      : returnedAs(act.settled, { currency: before.currency, amount: before.back });
  const { currency, amount } = posting;
  const { balance_type = before.balance_type, row_type: type } = act;
  const fee = optionalSigned(act.fee_minor) ?? (earlier === 0 ? DISPUTE_FEE : 0);
  const line = balanceTransaction('dispute', {
    ...posting,
    id: earlier === 0 ? undefined : balanceTransactionId(id, 'dispute', String(earlier)),
    source: id,
    amount: -amount,
    fee,
    created: seconds(act.at_ms),
    type,
    balance_type,
  });
  const withdrawn = { ...made, balance_transactions: [...made.balance_transactions, line] };
  const isPlain = earlier === 0 && act.settled === undefined && fee === DISPUTE_FEE && isDebited(made);
  if (isPlain && balance_type === undefined) return [withdrawn, line];
  // Taken once, returned and taken again: only the difference and this amount remain.
  const kept = earlier === 0 ? 0 : before.amount - before.back;
  const settled = { currency, amount: kept + amount, back: amount, fee: before.fee + fee, balance_type };
  return [withdrawn, { ...before, ...settled }, line];
}

function reinstate(world: World, known: Dispute, act: Booked & { readonly at_ms: number }): StripeObject[] {
  const { id } = known;
  const before = settlementOf(world, known);
  const posting = returnedAs(act.settled, { currency: before.currency, amount: before.back });
  const fee = optionalSigned(act.fee_minor) ?? 0;
  const earlier = known.balance_transactions.filter((row) => row.reporting_category === 'dispute_reversal').length;
  const row = earlier === 0 ? undefined : balanceTransactionId(id, 'dispute_reversal', String(earlier));
  const line = balanceTransaction('dispute_reversal', {
    ...posting,
    id: row,
    source: id,
    fee,
    created: seconds(act.at_ms),
    balance_type: before.balance_type,
  });
  const won: Dispute = {
    ...known,
    status: 'won',
    balance_transactions: [...known.balance_transactions, line],
  };
  return [won, { ...before, back: posting.amount, fee: before.fee + fee }, line];
}
