import type { Clock } from '../../../warehouse/clock.ts';
import { CURRENCIES } from '../../../warehouse/currencies.ts';
import { Conflict, NotFound, Rejected } from '../../../warehouse/errors.ts';
import { fingerprint } from './fingerprint.ts';
import { chargeFee, DISPUTE_FEE, isDebited } from './ledger.ts';
import {
  accountObject,
  balanceTransaction,
  type Charge,
  chargeObject,
  type Dispute,
  type Kind,
  type Kinds,
  payoutObject,
  refundObject,
  type StripeObject,
  seconds,
} from './objects.ts';
import type { Store } from './store.ts';

export interface AccountAct {
  readonly id: string;
  /** Two letters, `DE`. */
  readonly country: string;
  readonly transfers_enabled: boolean;
  readonly payouts_enabled: boolean;
  /** The creator whom its metadata names. */
  readonly creator_id?: string;
  /** Default: now. */
  readonly created_at_ms?: number;
}
export interface ChargeAct {
  readonly id: string;
  readonly amount_minor: bigint | number;
  /** In Stripe's form: `usd`. */
  readonly currency: string;
  readonly created_at_ms: number;
  readonly metadata?: Readonly<Record<string, string>>;
}
export interface RefundAct {
  readonly id: string;
  readonly charge: string;
  readonly amount_minor: bigint | number;
  readonly created_at_ms: number;
}
export interface DisputeAct extends RefundAct {
  /** A `warning_…` is an inquiry: it withdraws no money yet. */
  readonly status: 'needs_response' | 'under_review' | 'warning_needs_response' | 'warning_under_review';
}
export interface PayoutAct {
  readonly id: string;
  readonly amount_minor: bigint | number;
  readonly currency: string;
  readonly created_at_ms: number;
  /** Whether Stripe's payout schedule created it. */
  readonly automatic: boolean;
}
export interface EndPayoutAct {
  readonly id: string;
  /** The bank may return a paid payout. */
  readonly status: 'paid' | 'failed';
  readonly at_ms: number;
}
export interface CloseDisputeAct {
  readonly id: string;
  readonly won: boolean;
  readonly at_ms: number;
}
/** What ends otherwise than it seemed: a refund fails at the bank, a lost dispute is won on appeal. */
export interface ReverseAct {
  readonly id: string;
  readonly at_ms: number;
}

/**
 * Acts of others at Stripe, without a request of the platform. Ids are chosen by the caller; repeating an act has no effect, a
 * different act under the same id throws `Conflict`, and one that Stripe would refuse throws `Rejected`.
 */
export class WorldActs {
  readonly #store: Store;
  readonly #clock: Clock;

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  account(act: AccountAct): void {
    const { created_at_ms, ...account } = act;
    this.#once('account', act, () => [
      accountObject({ ...account, created: seconds(created_at_ms ?? this.#clock.now()) }),
    ]);
  }

  /** Restricts an account or lifts the restriction; no effect if it already has that state. */
  changeAccount(act: Omit<AccountAct, 'country' | 'created_at_ms'>): void {
    const account = this.#known('account', act.id);
    const changed = accountObject({
      creator_id: account.metadata?.creator_id,
      ...act,
      country: account.country,
      created: account.created,
    });
    if (fingerprint(changed) !== fingerprint(account)) this.#store.commit({ put: [changed] });
  }

  /** Deletes or disconnects an account: for the platform it no longer exists. */
  deleteAccount(id: string): void {
    this.#known('account', id);
    this.#store.commit({ put: [], deleted: { account: id } });
  }

  charge(act: ChargeAct): void {
    const amount = minor(act.amount_minor);
    this.#once('charge', { ...act, amount_minor: amount }, () => {
      const { id, currency, metadata = {} } = act;
      if (!CURRENCIES.includes(currency.toUpperCase()) || currency !== currency.toLowerCase()) {
        throw new Rejected(`The charge ${id} cannot be made in ${JSON.stringify(currency)}.`);
      }
      const charge = chargeObject({
        id,
        amount,
        currency,
        created: seconds(act.created_at_ms),
        metadata: { ...metadata },
      });
      const { created } = charge;
      return [charge, balanceTransaction('charge', { source: id, amount, fee: chargeFee(amount), currency, created })];
    });
  }

  /** A bank debit fails after it has succeeded; Stripe keeps its fee. */
  failCharge(act: ReverseAct): void {
    this.#once('failCharge', act, () => {
      const charge = this.#known('charge', act.id);
      if (charge.status === 'failed') throw new Rejected(`The charge ${act.id} has already failed.`);
      const { id: source, amount, currency } = charge;
      const posting = { source, amount: -amount, currency, created: seconds(act.at_ms) };
      return [{ ...charge, status: 'failed' }, balanceTransaction('charge_failure', posting)];
    });
  }

  refund(act: RefundAct): void {
    const amount = minor(act.amount_minor);
    this.#once('refund', { ...act, amount_minor: amount }, () => {
      const charge = this.#known('charge', act.charge);
      const refunded = charge.amount_refunded + amount;
      if (refunded > charge.amount) {
        throw new Rejected(`The refund ${act.id} of ${amount} exceeds the rest of the charge ${charge.id}.`);
      }
      const { currency } = charge;
      const created = seconds(act.created_at_ms);
      const changed: Charge = { ...charge, amount_refunded: refunded, refunded: refunded === charge.amount };
      const refund = refundObject({ id: act.id, charge: charge.id, amount, currency, created });
      return [changed, refund, balanceTransaction('refund', { source: act.id, amount: -amount, currency, created })];
    });
  }

  /** The amount is returned to the balance. */
  failRefund(act: ReverseAct): void {
    this.#once('failRefund', act, () => {
      const refund = this.#known('refund', act.id);
      if (refund.status === 'failed') throw new Rejected(`The refund ${act.id} has already failed.`);
      const charge = this.#known('charge', String(refund.charge));
      const { id: source, amount, currency } = refund;
      const line = balanceTransaction('refund_failure', { source, amount, currency, created: seconds(act.at_ms) });
      const changed: Charge = { ...charge, amount_refunded: charge.amount_refunded - amount, refunded: false };
      return [changed, { ...refund, failure_balance_transaction: line.id, status: 'failed' }, line];
    });
  }

  dispute(act: DisputeAct): void {
    const amount = minor(act.amount_minor);
    this.#once('dispute', { ...act, amount_minor: amount }, () => {
      const charge = this.#known('charge', act.charge);
      if (amount > charge.amount) {
        throw new Rejected(`The dispute ${act.id} of ${amount} exceeds the charge of ${charge.amount}.`);
      }
      const created = seconds(act.created_at_ms);
      const { id, status } = act;
      const dispute: Dispute = {
        id,
        object: 'dispute',
        amount,
        balance_transactions: [],
        charge: charge.id,
        created,
        currency: charge.currency,
        is_charge_refundable: false,
        livemode: false,
        metadata: {},
        payment_intent: null,
        reason: 'fraudulent',
        status,
      };
      const posting = { source: id, amount: -amount, fee: DISPUTE_FEE, currency: charge.currency, created };
      const lines = isDebited(dispute) ? [balanceTransaction('dispute', posting)] : [];
      return [{ ...charge, disputed: true }, { ...dispute, balance_transactions: lines }, ...lines];
    });
  }

  /** Won: the amount is returned, the fee is not. Lost: nothing moves. An inquiry is closed without money. */
  closeDispute(act: CloseDisputeAct): void {
    this.#once('closeDispute', act, () => {
      const dispute = this.#known('dispute', act.id);
      if (!isDebited(dispute)) return [{ ...dispute, status: 'warning_closed' }];
      return act.won ? won(dispute, act.at_ms) : [{ ...dispute, status: 'lost' }];
    });
  }

  /** The amount of a lost dispute is returned after all. */
  winAppeal(act: ReverseAct): void {
    this.#once('winAppeal', act, () => {
      const dispute = this.#known('dispute', act.id);
      if (dispute.status !== 'lost') throw new Rejected(`The dispute ${act.id} was not lost.`);
      return won(dispute, act.at_ms);
    });
  }

  /** Debits the balance immediately; the bank has the money only when the payout is paid. */
  payout(act: PayoutAct): void {
    const amount = minor(act.amount_minor);
    this.#once('payout', { ...act, amount_minor: amount }, () => {
      const { id, currency, automatic } = act;
      if (this.#store.ledger.balance(currency) < BigInt(amount)) {
        throw new Rejected(`The payout ${id} of ${amount} ${currency} exceeds the balance.`);
      }
      const created = seconds(act.created_at_ms);
      const payout = payoutObject({ id, amount, currency, created, automatic });
      return [payout, balanceTransaction('payout', { source: id, amount: -amount, currency, created })];
    });
  }

  /** Failed: the amount is returned to the balance. */
  endPayout(act: EndPayoutAct): void {
    this.#once(`endPayout ${act.status}`, act, () => {
      const payout = this.#known('payout', act.id);
      if (payout.status === 'failed') throw new Rejected(`The payout ${act.id} has already failed.`);
      if (act.status === 'paid') return [{ ...payout, status: 'paid' }];
      const { id: source, amount, currency } = payout;
      const line = balanceTransaction('payout_reversal', { source, amount, currency, created: seconds(act.at_ms) });
      const failure = { failure_balance_transaction: line.id, failure_code: 'account_closed' };
      return [{ ...payout, ...failure, status: 'failed' }, line];
    });
  }

  #once<A extends { readonly id: string }>(kind: string, act: A, put: () => readonly StripeObject[]): void {
    const name = `${kind} ${act.id}`;
    const digest = fingerprint(act);
    const known = this.#store.acts.get(name);
    if (known === digest) return;
    if (known !== undefined) throw new Conflict(`The act ${name} already exists with other content.`);
    this.#store.commit({ put: put(), act: { name, fingerprint: digest } });
  }

  #known<K extends Kind>(kind: K, id: string): Kinds[K] {
    const found = this.#store.all(kind).get(id);
    if (found === undefined) throw new NotFound(`There is no ${kind} ${id}.`);
    return found;
  }
}

function won(dispute: Dispute, at_ms: number): StripeObject[] {
  const { id: source, amount, currency } = dispute;
  const line = balanceTransaction('dispute_reversal', { source, amount, currency, created: seconds(at_ms) });
  return [{ ...dispute, status: 'won', balance_transactions: [...dispute.balance_transactions, line] }, line];
}

function minor(amount: bigint | number): number {
  const number = Number(amount);
  if (!Number.isSafeInteger(number) || number <= 0) {
    throw new Rejected(`${amount} is not a positive whole number of minor units below 2⁵³.`);
  }
  return number;
}
