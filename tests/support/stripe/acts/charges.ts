import { CURRENCIES } from '../../../../warehouse/currencies.ts';
import { Rejected } from '../../../../warehouse/errors.ts';
import { derivedId } from '../../../../warehouse/ids.ts';
import { applicationFeeOf } from '../application-fees.ts';
import { chargeObject } from '../objects/payment.ts';
import { balanceTransaction } from '../objects/row.ts';
import { type Charge, type Effects, type Settlement, type StripeObject, seconds } from '../objects.ts';
import { transferOfCharge } from '../transfers.ts';
import { chargeFee } from '../worth.ts';
import { type Amount, minor, optionalSigned, returnedAs, type Settled, settledAs, type World } from './act.ts';
import { reversal } from './charge-reversal.ts';

export interface ChargeAct {
  readonly id: string;
  readonly amount_minor: Amount;
  /** In Stripe's form: `usd`. */
  readonly currency: string;
  readonly created_at_ms: number;
  readonly metadata?: Readonly<Record<string, string>>;
  /**
   * `pending`: a bank debit in progress, with its row; `uncaptured`: authorised only, no row; `failed`: an attempt that moved
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
  readonly row_type?: 'charge' | 'payment' | 'validation';
  /**
   * Stripe transfers the charge, or this part of it, to the connected account by itself (`transfer_data`). What the platform takes back of it
   * is an application fee.
   */
  readonly destination?: { readonly account: string; readonly amount_minor?: Amount; readonly fee_minor?: Amount };
  /** The connected account that pays (an account debit). Its balance may become negative. */
  readonly source_account?: string;
}
interface FailChargeAct {
  readonly id: string;
  readonly at_ms: number;
  /** What Stripe takes back, if at another rate. */
  readonly settled?: Settled;
  /** The fee of the row: negative if Stripe returns it. Default: 0, Stripe keeps its fee. */
  readonly fee_minor?: Amount;
  /** The source of the row. Default: `charge`. `refund` makes a refund object. */
  readonly source?: 'charge' | 'refund' | 'none';
  /** The id of that refund: `pyr_…`. Default: derived. */
  readonly refund_id?: string;
  /** `payment_reversal`: the bank takes back what it has paid, whose category Stripe does not document. Default: `charge_failure`. */
  readonly category?: 'charge_failure' | 'payment_reversal';
}

const BANK_DEBIT_S = 5 * 24 * 60 * 60;

export function charge(world: World, act: ChargeAct): void {
  const amount = minor(act.amount_minor);
  world.once('charge', { ...act, amount_minor: amount }, (): Effects => {
    const { id, currency, state = 'succeeded' } = act;
    if (!CURRENCIES.includes(currency.toUpperCase()) || currency !== currency.toLowerCase()) {
      throw new Rejected(`The charge ${id} cannot be made in ${JSON.stringify(currency)}.`);
    }
    if (state === 'uncaptured' && (act.source_account ?? act.settled ?? act.fee_minor) !== undefined) {
      throw new Rejected(`The charge ${id} moves nothing yet: say the settled amount and the fee when it is captured.`);
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
    if (act.destination) return withTransfer(world, put, { charge: done, destination: act.destination });
    return source === null ? { put } : { put, connected: [{ account: source.id, put: [debit(done)] }] };
  });
}

/** A charge with the transfer that Stripe makes by itself, and with its application fee. */
function withTransfer(
  world: World,
  put: readonly StripeObject[],
  { charge, destination }: { charge: Charge; destination: NonNullable<ChargeAct['destination']> },
): Effects {
  const { account, amount_minor, fee_minor } = destination;
  const amount = amount_minor === undefined ? null : minor(amount_minor);
  const { transfer, effects } = transferOfCharge(world, charge, { account, amount: amount ?? charge.amount });
  const taken = fee_minor === undefined ? null : applicationFeeOf(charge, { transfer, amount: minor(fee_minor) });
  const made: Charge = {
    ...charge,
    application_fee: taken?.fee.id ?? null,
    application_fee_amount: taken?.fee.amount ?? null,
    transfer: transfer.id,
    transfer_data: { amount, destination: account },
  };
  const own = put.map((each) => (each.id === charge.id && each.object === 'charge' ? made : each));
  return {
    put: [...own, ...effects.put, ...(taken?.effects.put ?? [])],
    connected: [...effects.connected, ...(taken?.effects.connected ?? [])],
  };
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
    const { currency, amount } = returnedAs(act.settled, plain);
    const fee = optionalSigned(act.fee_minor) ?? 0;
    const reverse = reversal(known, { category: 'charge_failure', ...act, amount: known.amount_captured });
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
