import { Rejected } from '../../../../warehouse/errors.ts';
import { uncarriedNet } from '../carried.ts';
import { payoutObject, topupObject } from '../objects/payout.ts';
import { balanceTransaction, balanceTransactionId } from '../objects/row.ts';
import {
  type BalanceTransaction,
  type BankAccount,
  type Effects,
  type Payout,
  type Settlement,
  type StripeObject,
  seconds,
} from '../objects.ts';
import { payoutDestination } from './accounts.ts';
import { type Amount, type BalanceType, minor, optionalSigned, signed, type World } from './act.ts';

interface PayoutAct {
  readonly id: string;
  /** Default, of an automatic payout, as Stripe's own: the sum of what it carries, less the minimum balance. */
  readonly amount_minor?: Amount;
  readonly currency: string;
  readonly created_at_ms: number;
  /** Whether Stripe's payout schedule created it. */
  readonly automatic: boolean;
  /** The connected account that pays out to its bank. Default: the platform. */
  readonly account?: string;
  /** Default: when it is created. */
  readonly arrival_at_ms?: number;
  /** Default: `in_transit`. */
  readonly status?: 'pending' | 'in_transit';
  /** Stripe debits the bank for a negative balance: its row is positive. */
  readonly is_bank_debit?: boolean;
  /** Whether the amount of a payout that debits the bank is positive, which Stripe does not document. Default: it is negative. */
  readonly shows_positive?: boolean;
  /** Withheld and released again, in a pair of rows of this payout. */
  readonly minimum_balance_minor?: Amount;
  /** Whether the payout itself carries the release too, which Stripe does not document. Default: the next one does. */
  readonly carries_release?: boolean;
  /** Default: `standard`. */
  readonly method?: 'standard' | 'instant';
  readonly fee_minor?: Amount;
  /** The balance that pays. Default: `payments`. */
  readonly balance_type?: BalanceType;
}
interface EndPayoutAct {
  readonly id: string;
  /** The bank may return a paid payout; only one that is not paid can be canceled. */
  readonly status: 'paid' | 'failed' | 'canceled';
  readonly at_ms: number;
  /** The connected account that paid out. Its bank account stops working if the payout fails. */
  readonly account?: string;
  /** Default: `account_closed`. */
  readonly failure_code?: string;
}
interface TopupAct {
  readonly id: string;
  readonly amount_minor: Amount;
  readonly currency: string;
  readonly created_at_ms: number;
  /** Default: `user`. */
  readonly initiated_by?: 'user' | 'stripe';
  /** Default: `succeeded`. The money moves only then. */
  readonly status?: 'pending' | 'succeeded';
  readonly description?: string;
  /** The balance that gets the money. Default: `payments`. */
  readonly balance_type?: BalanceType;
}
interface EndTopupAct {
  readonly id: string;
  /** `reversed` takes back what has succeeded. */
  readonly status: 'succeeded' | 'failed' | 'canceled' | 'reversed';
  readonly at_ms: number;
}

/** Payouts in these are of whole units; the rest stays in the balance: docs.stripe.com/currencies. */
export const WHOLE_PAYOUTS = ['huf', 'twd'];

/** Debits the balance immediately; the bank has the money only when the payout is paid. */
export function payout(world: World, act: PayoutAct): void {
  const given = act.amount_minor === undefined ? undefined : minor(act.amount_minor);
  world.once('payout', { ...act, ...(given !== undefined && { amount_minor: given }) }, () => {
    const { id, currency, account = '', automatic, balance_type } = act;
    const created = seconds(act.created_at_ms);
    const amount = given ?? carriedAmount(world, act);
    if (WHOLE_PAYOUTS.includes(currency) && amount % 100 !== 0) {
      throw new Rejected(`The payout ${id} must be of whole ${currency}, not ${amount} hundredths.`);
    }
    const out = act.is_bank_debit ? -amount : amount;
    const fee = optionalSigned(act.fee_minor) ?? 0;
    if (
      !act.is_bank_debit &&
      world.available({ account, currency, ...(balance_type && { balance_type }) }) < BigInt(out + fee)
    ) {
      throw new Rejected(`The payout ${id} of ${amount} ${currency} exceeds the balance.`);
    }
    const destination = account === '' ? 'ba_platform' : payoutDestination(world, account, currency);
    const arrival_date = seconds(act.arrival_at_ms ?? act.created_at_ms);
    const shown = act.shows_positive ? amount : out;
    const made: Payout = {
      ...payoutObject({ id, amount: shown, currency, created, automatic, arrival_date, destination }),
      method: act.method ?? 'standard',
      status: act.status ?? 'in_transit',
    };
    const line = balanceTransaction('payout', { source: id, amount: -out, fee, currency, created, balance_type });
    const put: StripeObject[] = [made, ...withMinimumBalance(line, made, act)];
    if (fee !== 0 || balance_type !== undefined || shown !== out) {
      put.push({ id, object: 'settlement', created, currency, amount: out, back: out, fee, balance_type });
    }
    return within(account, put);
  });
}

/** Throws `Rejected` if nothing can be paid out, or debited. */
function carriedAmount(world: World, act: PayoutAct): number {
  const { id, account = '', currency, created_at_ms, automatic, is_bank_debit, minimum_balance_minor = 0 } = act;
  if (!automatic) throw new Rejected(`The payout ${id} is made by hand: say its amount.`);
  const net = uncarriedNet(world, { account, currency, created: seconds(created_at_ms) });
  return minor(is_bank_debit ? -net : net - signed(minimum_balance_minor));
}

/** The row of a payout with those of its minimum balance: the payout carries what is before its own row. */
function withMinimumBalance(
  line: BalanceTransaction,
  { id, currency, created }: Payout,
  { minimum_balance_minor: withheld, carries_release }: PayoutAct,
): BalanceTransaction[] {
  if (withheld === undefined) return [line];
  const amount = minor(withheld);
  const posting = { source: id, currency, created };
  const hold = balanceTransaction('payout_minimum_balance_hold', { ...posting, amount: -amount });
  const release = balanceTransaction('payout_minimum_balance_release', { ...posting, amount });
  return carries_release ? [hold, release, line] : [hold, line, release];
}

/** Failed or canceled: the amount is returned to the balance. */
export function endPayout(world: World, act: EndPayoutAct): void {
  world.once(`endPayout ${act.status}`, act, () => {
    const { account = '', status } = act;
    const known = world.known('payout', act.id, account);
    if (known.status === 'failed' || known.status === 'canceled') {
      throw new Rejected(`The payout ${act.id} has already ${known.status === 'failed' ? 'failed' : 'been canceled'}.`);
    }
    const reconciliation_status = known.automatic ? 'completed' : known.reconciliation_status;
    if (status === 'paid') return within(account, [{ ...known, status, reconciliation_status }]);
    if (status === 'canceled' && known.status === 'paid') {
      throw new Rejected(`The payout ${act.id} is paid and cannot be canceled.`);
    }
    const { id: source, currency } = known;
    const type = status === 'failed' ? 'payout_failure' : 'payout_cancel';
    const settled = world.settlement(source, account);
    const posting = { source, amount: settled?.amount ?? known.amount, currency, created: seconds(act.at_ms), type };
    const line = balanceTransaction('payout_reversal', { ...posting, balance_type: settled?.balance_type });
    const failure_code = status === 'failed' ? (act.failure_code ?? 'account_closed') : null;
    const returned = { failure_balance_transaction: line.id, failure_code, reconciliation_status };
    const ended: Payout = { ...known, ...returned, status };
    const bank = status === 'failed' && account !== '' ? erroredBank(world, ended, account) : [];
    return within(account, [ended, line, ...bank]);
  });
}

/** Stripe stops payouts to a bank account that has returned one: docs.stripe.com/connect/payouts-connected-accounts. */
function erroredBank(world: World, { destination }: Payout, account: string): BankAccount[] {
  const bank = world.store.all('bank_account', account).get(String(destination));
  return bank === undefined ? [] : [{ ...bank, status: 'errored' }];
}

function within(account: string, put: readonly StripeObject[]): Effects {
  return account === '' ? { put } : { put: [], connected: [{ account, put }] };
}

/** Money from the platform's bank to its balance. */
export function topup(world: World, act: TopupAct): void {
  const amount = minor(act.amount_minor);
  world.once('topup', { ...act, amount_minor: amount }, () => {
    const { id, currency, status = 'succeeded', initiated_by = 'user', description = null, balance_type } = act;
    const created = seconds(act.created_at_ms);
    const made = topupObject({ id, amount, currency, created, initiated_by, description });
    const settled: Settlement[] =
      balance_type === undefined
        ? []
        : [{ id, object: 'settlement', created, currency, amount, back: amount, fee: 0, balance_type }];
    if (status === 'pending') return [made, ...settled];
    const line = balanceTransaction('topup', { source: id, amount, currency, created, balance_type });
    return [{ ...made, balance_transaction: line.id, status }, ...settled, line];
  });
}

export function endTopup(world: World, act: EndTopupAct): void {
  world.once(`endTopup ${act.status}`, act, () => {
    const { status } = act;
    const known = world.known('topup', act.id);
    const from = status === 'reversed' ? 'succeeded' : 'pending';
    if (known.status !== from) throw new Rejected(`The top-up ${act.id} is ${known.status}, not ${from}.`);
    const { id: source, amount, currency } = known;
    const { balance_type } = world.settlement(source) ?? {};
    const posting = { source, currency, created: seconds(act.at_ms), balance_type };
    if (status === 'reversed') {
      return [{ ...known, status }, balanceTransaction('topup_reversal', { ...posting, amount: -amount })];
    }
    if (status !== 'succeeded') return [{ ...known, status }];
    const balance_transaction = balanceTransactionId(source, 'topup');
    return [{ ...known, balance_transaction, status }, balanceTransaction('topup', { ...posting, amount })];
  });
}
