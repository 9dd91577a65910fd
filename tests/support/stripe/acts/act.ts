import type { Clock } from '../../../../warehouse/clock.ts';
import { Conflict, NotFound, Rejected } from '../../../../warehouse/errors.ts';
import { fingerprint } from '../fingerprint.ts';
import type { BalanceOf } from '../ledger.ts';
import { type Effects, type Kind, type Kinds, type Settlement, type StripeObject, seconds } from '../objects.ts';
import type { Store } from '../store.ts';

/** Minor units. */
export type Amount = bigint | number;

/** The amount that Stripe books where it settles in another currency, at the rate of the day. */
export interface Settled {
  /** In Stripe's form: `usd`. */
  readonly currency: string;
  readonly amount_minor: Amount;
}

/** The balances of the platform that pay for refunds and disputes. */
export type PayingBalance = 'payments' | 'refund_and_dispute_prefunding';

/** Every balance that the platform may have. */
export type BalanceType = PayingBalance | 'issuing' | 'risk_reserved';

export interface WorldOptions {
  readonly clock: Clock;
  /** How long the money of a charge is pending. Default: 0, available at once, whatever the clock says. */
  readonly settlementDelayMs?: number | undefined;
  /** The source of the row of a reversal, which Stripe does not document. Default: `reversal`. */
  readonly reversalSource?: 'reversal' | 'transfer' | undefined;
  /** Whether transfers in currencies of three decimals end in 0, a rule that Stripe's pages no longer name. Default: true. */
  readonly threeDecimalRule?: boolean | undefined;
  /** Refuses a reversal that exceeds the available balance of the connected account. Default: it becomes negative. */
  readonly reversalsNeedBalance?: boolean | undefined;
  /** What the platform charges for an instant payout, in hundredths of a percent. Default: nothing. */
  readonly instantFeeBps?: number | undefined;
}

/** What an act needs: the state, the time, and the acts so far. */
export class World {
  readonly store: Store;
  readonly options: WorldOptions;
  /** The account links so far: Stripe does not list them. */
  links = 0;

  constructor(store: Store, options: WorldOptions) {
    this.store = store;
    this.options = options;
  }

  now(): number {
    return seconds(this.options.clock.now());
  }

  /** When a charge of that second becomes available; undefined at once. */
  availableOn(created: number): number | undefined {
    const delay = seconds(this.options.settlementDelayMs ?? 0);
    return delay === 0 ? undefined : created + delay;
  }

  available(of: BalanceOf): bigint {
    return this.store.ledger.funds(of, this.now()).available;
  }

  /** Applies an act once: repeating it has no effect. Throws `Conflict` for another act of that kind and id. */
  once<A extends { readonly id: string }>(
    kind: string,
    act: A,
    effects: () => Effects | readonly StripeObject[],
  ): void {
    const name = `${kind} ${act.id}`;
    const digest = fingerprint(act);
    const known = this.store.acts.get(name);
    if (known === digest) return;
    if (known !== undefined) throw new Conflict(`The act ${name} already exists with other content.`);
    const made = effects();
    this.store.commit({ ...('put' in made ? made : { put: made }), act: { name, fingerprint: digest } });
  }

  /** An object of the platform, or inside a connected account. Throws `NotFound`. */
  known<K extends Kind>(kind: K, id: string, account = ''): Kinds[K] {
    const found = this.store.all(kind, account).get(id);
    if (found === undefined) throw new NotFound(`There is no ${kind} ${id}.`);
    return found;
  }

  /** Throws `Rejected` if a charge was settled in another currency and what concerns it does not say how it settles. */
  requireSettled({ id, balance_transaction, currency }: Kinds['charge'], settled: Settled | undefined): void {
    const row = this.store.all('balance_transaction').get(String(balance_transaction));
    if (settled !== undefined || row === undefined || row.currency === currency) return;
    throw new Rejected(`The charge ${id} was settled in ${row.currency}: say the amount of that day as \`settled\`.`);
  }

  settlement(id: string, account = ''): Settlement | undefined {
    return this.store.all('settlement', account).get(id);
  }
}

/** A positive amount as a number. Throws `Rejected`. */
export function minor(amount: Amount): number {
  const number = signed(amount);
  if (number <= 0) throw new Rejected(`${amount} is not a positive number of minor units.`);
  return number;
}

/** An amount of any sign as a number. Throws `Rejected`. */
export function signed(amount: Amount): number {
  const number = Number(amount);
  if (!Number.isSafeInteger(number)) throw new Rejected(`${amount} is not a whole number of minor units below 2⁵³.`);
  return number;
}

export function optionalSigned(amount: Amount | undefined): number | undefined {
  return amount === undefined ? undefined : signed(amount);
}

/** As `settledAs`, for a row that takes back an earlier one and so has its currency. Throws `Rejected`. */
export function returnedAs(settled: Settled | undefined, earlier: Parameters<typeof settledAs>[1]) {
  if (settled === undefined || settled.currency === earlier.currency) return settledAs(settled, earlier);
  throw new Rejected(`What was booked in ${earlier.currency} cannot be returned in ${settled.currency}.`);
}

/** The currency and amount of a row: of the settlement where there is one. */
export function settledAs(
  settled: Settled | undefined,
  { currency, amount }: { readonly currency: string; readonly amount: number },
): { readonly currency: string; readonly amount: number; readonly exchange_rate?: number } {
  if (settled === undefined) return { currency, amount };
  const booked = minor(settled.amount_minor);
  return { currency: settled.currency, amount: booked, exchange_rate: booked / amount };
}
