import { CURRENCIES } from '../../../../warehouse/currencies.ts';
import { Rejected } from '../../../../warehouse/errors.ts';
import { derivedId } from '../../../../warehouse/ids.ts';
import { chargeObject, refundObject } from '../objects/payment.ts';
import { balanceTransaction, balanceTransactionId } from '../objects/row.ts';
import { type Charge, type Effects, type Settlement, type StripeObject, seconds } from '../objects.ts';
import { chargeFee } from '../worth.ts';
import { type Amount, minor, optionalSigned, type Settled, settledAs, type World } from './act.ts';

export interface ChargeAct {
  readonly id: string;
  readonly amount_minor: Amount;
  /** In Stripe's form: `usd`. */
  readonly currency: string;
  readonly created_at_ms: number;
  readonly metadata?: Readonly<Record<string, string>>;
  /**
   * `pending`: a bank debit under way, with its row; `uncaptured`: authorised only, no row; `failed`: an attempt that moved
   * nothing, no row. Default: `succeeded`.
   */
  readonly state?: 'succeeded' | 'pending' | 'uncaptured' | 'failed';
  readonly settled?: Settled;
  /** In the currency of the row. Default: 2.9 % and 30 minor units. */
  readonly fee_minor?: Amount;
  /** The part of the fee that is tax on it. */
  readonly tax_minor?: Amount;
  /** When the money is available. Default: by the delay of the server; five days for a bank debit. */
  readonly available_at_ms?: number;
  readonly payment_intent?: string;
  readonly transfer_group?: string;
  readonly description?: string;
  /** What the buyer saw under adaptive pricing, in a third currency. */
  readonly presented?: Settled;
  /** Default: `payment` for a bank debit or from a connected account, otherwise `charge`. */
  readonly row_type?: 'charge' | 'payment';
  /** The connected account that pays (an account debit). Its balance may become negative. */
  readonly source_account?: string;
}
export interface CaptureAct {
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
}
export interface FailChargeAct {
  readonly id: string;
  readonly at_ms: number;
  /** What Stripe takes back, if at another rate. */
  readonly settled?: Settled;
  /** The fee of the row: negative if Stripe returns it. Default: 0, Stripe keeps its fee. */
  readonly fee_minor?: Amount;
  /** The source of the row. Default: `charge`. `refund` makes a refund object. */
  readonly source?: 'charge' | 'refund';
  /** The id of that refund: `pyr_…`. Default: derived. */
  readonly refund_id?: string;
}
export interface ExpireAct {
  readonly id: string;
  readonly at_ms: number;
  /** Makes the refund object that Stripe shows, without a row. */
  readonly refund_id?: string;
}

const BANK_DEBIT_S = 5 * 24 * 60 * 60;

export function charge(world: World, act: ChargeAct): void {
  const amount = minor(act.amount_minor);
  world.once('charge', { ...act, amount_minor: amount }, (): Effects => {
    const { id, currency, state = 'succeeded' } = act;
    if (!CURRENCIES.includes(currency.toUpperCase()) || currency !== currency.toLowerCase()) {
      throw new Rejected(`The charge ${id} cannot be made in ${JSON.stringify(currency)}.`);
    }
    const created = seconds(act.created_at_ms);
    const source = act.source_account === undefined ? null : world.known('account', act.source_account);
    const made: Charge = {
      ...chargeObject({ id, amount, currency, created, metadata: { ...act.metadata } }),
      description: act.description ?? null,
      payment_intent: act.payment_intent ?? null,
      transfer_group: act.transfer_group ?? null,
      source,
      ...(act.presented && { presentment_details: presentmentOf(act.presented) }),
    };
    if (state === 'failed') return { put: [{ ...without(made), status: 'failed', failure_code: 'card_declined' }] };
    if (state === 'uncaptured') return { put: [{ ...without(made), captured: false, paid: true }] };
    const done: Charge = state === 'pending' ? { ...made, status: 'pending', paid: false } : made;
    const put = booked(world, done, act);
    return source === null ? { put } : { put, connected: [{ account: source.id, put: [debit(done)] }] };
  });
}

function presentmentOf({ currency, amount_minor }: Settled) {
  return { presentment_amount: minor(amount_minor), presentment_currency: currency };
}

/** Of a charge without a row. */
function without(made: Charge): Charge {
  return { ...made, amount_captured: 0, balance_transaction: null, paid: false };
}

/** A charge with its row, and its settlement where its own amount and the plain fee do not say it. */
function booked(world: World, made: Charge, act: ChargeAct): StripeObject[] {
  const { id, created } = made;
  const posting = settledAs(act.settled, made);
  const fee = optionalSigned(act.fee_minor) ?? chargeFee(posting.amount);
  const isDebit = made.status === 'pending';
  const type = act.row_type ?? (isDebit || made.source !== null ? 'payment' : 'charge');
  const planned = act.available_at_ms === undefined ? world.availableOn(created) : seconds(act.available_at_ms);
  const available_on = planned ?? (isDebit ? created + BANK_DEBIT_S : undefined);
  const more = { tax: optionalSigned(act.tax_minor), available_on, type, description: act.description };
  const line = balanceTransaction('charge', { ...posting, source: id, fee, created, ...more });
  const { currency, amount } = posting;
  const isPlain = act.settled === undefined && act.fee_minor === undefined;
  if (isPlain) return [made, line];
  return [made, { id, object: 'settlement', created, currency, amount, back: amount, fee }, line];
}

/** The row inside the connected account that pays: a transfer on its side. */
function debit({ id, amount, currency, created, source }: Charge): StripeObject {
  const account = String(source?.id);
  const posting = { source: derivedId('tr', account, id), amount: -amount, currency, created };
  return balanceTransaction('transfer', posting);
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
    const { currency, amount } = part;
    const id = act.id;
    const settlement: Settlement = {
      id,
      object: 'settlement',
      created,
      currency,
      amount,
      back: amount,
      fee: fee + returned,
    };
    if (rest === 0) return [made, settlement, line];
    const reverse = reversal(known, { ...act, amount: known.amount - captured, category: 'partial_capture_reversal' });
    const back = balanceTransaction(reverse.category, {
      ...posting,
      source: reverse.source,
      id: reverse.row,
      amount: -rest,
      fee: returned,
    });
    return [made, settlement, line, ...reverse.put, back];
  });
}

/** What the second row of a charge names as its source: the charge, or a refund object that moves nothing by itself. */
function reversal(
  { id: charge, currency }: Charge,
  act: {
    readonly category: 'partial_capture_reversal' | 'charge_failure';
    readonly amount: number;
    readonly at_ms: number;
    readonly source?: 'charge' | 'refund';
    readonly refund_id?: string;
  },
): { readonly category: string; readonly source: string; readonly row: string; readonly put: readonly StripeObject[] } {
  const { category } = act;
  if (act.source !== 'refund')
    return { category, source: charge, row: balanceTransactionId(charge, category), put: [] };
  const id = act.refund_id ?? derivedId(category === 'charge_failure' ? 'pyr' : 're', charge, category);
  const row = balanceTransactionId(id, category);
  const created = seconds(act.at_ms);
  const refund = refundObject({ id, charge, amount: act.amount, currency, created });
  const nothing: Settlement = { id, object: 'settlement', created, currency, amount: 0, back: 0, fee: 0 };
  return { category, source: id, row, put: [{ ...refund, balance_transaction: row, reason: null }, nothing] };
}

/** A bank debit that was pending has succeeded. */
export function succeedCharge(world: World, act: { readonly id: string; readonly at_ms: number }): void {
  world.once('succeedCharge', act, () => {
    const known = world.known('charge', act.id);
    if (known.status !== 'pending') throw new Rejected(`The charge ${act.id} is not pending.`);
    return [{ ...known, status: 'succeeded', paid: true }];
  });
}

/** A bank debit fails, while it is pending or after it has succeeded. */
export function failCharge(world: World, act: FailChargeAct): void {
  world.once('failCharge', act, (): Effects => {
    const known = world.known('charge', act.id);
    if (known.status === 'failed') throw new Rejected(`The charge ${act.id} has already failed.`);
    const row = world.store.all('balance_transaction').get(String(known.balance_transaction));
    if (row === undefined) throw new Rejected(`The charge ${act.id} has moved nothing.`);
    const created = seconds(act.at_ms);
    const before = world.settlement(act.id);
    const plain = { currency: row.currency, amount: before?.back ?? known.amount_captured };
    const { currency, amount } = settledAs(act.settled, plain);
    const fee = optionalSigned(act.fee_minor) ?? 0;
    const reverse = reversal(known, { ...act, amount: known.amount_captured, category: 'charge_failure' });
    const available_on = row.status === 'pending' ? Math.max(created, row.available_on) : undefined;
    const posting = { source: reverse.source, id: reverse.row, amount: -amount, fee, currency, created, available_on };
    const line = balanceTransaction(reverse.category, posting);
    const failed: Charge = {
      ...known,
      status: 'failed',
      paid: false,
      failure_balance_transaction: line.id,
      failure_code: 'insufficient_funds',
    };
    const settled: Settlement[] =
      act.settled === undefined && fee === 0
        ? []
        : [{ ...(before ?? settlementOf(known, row)), back: amount, fee: (before?.fee ?? row.fee) + fee }];
    const put = [failed, ...settled, ...reverse.put, line];
    if (known.source?.object !== 'account') return { put };
    return { put, connected: [{ account: known.source.id, put: [debitBack(known, created)] }] };
  });
}

function settlementOf(known: Charge, row: { readonly currency: string; readonly fee: number }): Settlement {
  const { id, created, amount_captured: amount } = known;
  return { id, object: 'settlement', created, currency: row.currency, amount, back: amount, fee: row.fee };
}

function debitBack({ id, amount, currency, source }: Charge, created: number): StripeObject {
  const transfer = derivedId('tr', String(source?.id), id);
  return balanceTransaction('transfer_reversal', { source: transfer, amount, currency, created });
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
