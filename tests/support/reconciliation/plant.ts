import { copyFileSync } from 'node:fs';
import type { Resource, StripeRecord } from '../../../ingest/stripe/resource.ts';
import { RESOURCES } from '../../../ingest/stripe/resources.ts';
import { instant } from '../../../warehouse/clock.ts';
import { requirePresent } from '../../../warehouse/invariant.ts';
import { minorToDecimal } from '../../../warehouse/money.ts';
import { periodEnd } from '../../../warehouse/period.ts';
import type { BreakClassName } from '../../../warehouse/vocabulary/reconciliation.ts';
import type { ValueRow, WarehouseWriter } from '../../../warehouse/warehouse.ts';
import { World as StripeWorld } from '../stripe/acts/act.ts';
import { type Acts, actsIn } from '../stripe/acts.ts';
import { STRIPE_LIMITS } from '../stripe/local-stripe.ts';
import type { Kind, Kinds, Transfer } from '../stripe/objects.ts';
import { Store } from '../stripe/store.ts';
import { prepareTransfer } from '../stripe/transfers.ts';
import { minorAtStripe, ms } from './base-payments.ts';
import { type Carried, storeCarried } from './carried.ts';
import type { Payment, Reported } from './events.ts';
import { storeEvents } from './records.ts';
import { END, JANUARY, type World } from './world.ts';

/** A break that a corruption makes. */
export interface Planted {
  readonly period: string;
  readonly break_class: BreakClassName;
  readonly break_id: string;
}

/** Something that is wrong in one place, and the breaks that must show it: the first one of its class. */
export interface Corruption {
  readonly name: string;
  readonly break_class: BreakClassName;
  plant(plant: Plant): readonly Planted[];
}

/** A balance transaction that the books of the world do not have, or that the pull has lost: what moved its balance. */
export interface Moved {
  readonly balance_type: string;
  readonly currency: string;
  readonly created_at: string;
  readonly net_minor: bigint;
}

interface Pulled {
  readonly kind: Kind;
  readonly record: StripeRecord;
}

const PULLED_AT = instant(ms(END) + 60 * 60 * 1000);

/** Changes on top of a world: at a copy of its local Stripe, in our events, and in what was pulled. `store` writes them. */
export class Plant {
  /** What happens at Stripe, and is pulled. */
  readonly stripe: Acts;
  readonly #world: StripeWorld;
  readonly #payable: World['payable'];
  readonly #before: ReadonlyMap<string, string>;
  readonly #events: Reported[] = [];
  readonly #edits: ((writer: WarehouseWriter) => Promise<unknown>)[] = [];
  readonly #records: Pulled[] = [];
  readonly #lost: string[] = [];
  #now = ms(END);

  /** Copies the journal of the world to `path`. */
  constructor({ journalPath, payable }: World, path: string) {
    this.#payable = payable;
    copyFileSync(journalPath, path);
    this.#world = new StripeWorld(new Store(path), {
      clock: { now: () => this.#now },
      ...STRIPE_LIMITS,
    });
    this.#before = new Map(this.#objects().map(({ kind, record }) => [`${kind} ${record.id}`, JSON.stringify(record)]));
    this.stripe = actsIn(this.#world);
  }

  close(): void {
    this.#world.store.close();
  }

  /** Whether anything changes at Stripe or in its records, and in our events. */
  get changed(): { readonly isAtStripe: boolean } {
    return {
      isAtStripe: this.#lost.length > 0 || this.#records.length > 0 || this.#changed().length > 0,
    };
  }

  /** Somebody transfers money by hand, such as in Stripe's dashboard, or a payout is sent. The id of the transfer. */
  transfer(
    at: string,
    form: Readonly<Record<'amount' | 'currency' | 'destination', string>> & { transfer_group?: string },
    type = 'transfer',
  ): string {
    this.#now = ms(at);
    const { answer, ...effects } = prepareTransfer({ ...form }, this.#world)();
    const put = effects.put.map((each) => (each.object === 'balance_transaction' ? { ...each, type } : each));
    this.#world.store.commit({ ...effects, put });
    return (answer as Transfer).id;
  }

  /** The transfer that pays January's balance of a creator. */
  payoutOf(creator: string): Transfer {
    const transfers = this.#world.store.all('transfer').oldestFirst();
    const found = transfers.find(({ transfer_group }) => transfer_group === `batch_2026-01:po_${creator}`);
    return requirePresent(found, `${creator} is paid for January.`);
  }

  /** The transfer that paid a period before the books. */
  oldPayout(): Transfer {
    const found = this.#world.store.all('transfer').oldestFirst()[0];
    return requirePresent(found, 'A period before the books was paid.');
  }

  /** The payout of what the books owe a creator for January, and `more`, in EUR: what its event says. */
  owed(creator: string, transfer: string, more = 0n): Payment {
    const payable = requirePresent(this.#payable.get(creator), `${creator} is owed money for January.`);
    const amount = minorToDecimal(payable + more, 'EUR');
    return { creator, period: '2026-01', amount, currency: 'EUR', transfer, at: '2026-02-03T06:00:00.000Z' };
  }

  /** Transfers what the books owe a creator for January, and `more`. The id of the transfer. */
  pay(creator: string, more: bigint): string {
    const { amount } = this.owed(creator, '', more);
    const form = {
      amount: String(minorAtStripe(amount)),
      currency: 'eur',
      destination: creator.replace('cr_', 'acct_'),
    };
    return this.transfer('2026-02-03T06:00:00.000Z', form);
  }

  object<K extends Kind>(kind: K, id: string): Kinds[K] {
    return requirePresent(this.#world.store.all(kind).get(id), `There is a ${kind} ${id}.`);
  }

  /** Reports more, after all else. */
  readonly report = (...events: readonly Reported[]): void => {
    this.#events.push(...events);
  };

  /** Changes what was reported, as if it had been so from the start. */
  edit(table: string, [column, id]: readonly [string, string], row: Readonly<Record<string, string>>): void {
    const columns = Object.keys(row).map((name, index) => `${name} = $${index + 2}`);
    const sql = `update raw.${table} set ${columns.join(', ')} where ${column} = $1`;
    this.#edits.push((writer) => writer.query(sql, [id, ...Object.values(row)]));
  }

  /** Takes back what was reported, as if it had never been. */
  forget(table: string, [column, id]: readonly [string, string]): void {
    this.#edits.push((writer) => writer.query(`delete from raw.${table} where ${column} = $1`, [id]));
  }

  /** An automatic payout, as Stripe has attributed balance transactions to it. */
  readonly carry = (carried: Carried): void => {
    this.#edits.push((writer) => storeCarried(writer, PULLED_AT, [carried]));
  };

  /** Makes a record read otherwise than it is. */
  record<K extends Kind>(kind: K, id: string, members: Partial<Kinds[K]>): void {
    this.#records.push({ kind, record: { ...this.object(kind, id), ...members } });
  }

  /** Makes the pull lose a balance transaction. */
  lose(id: string): void {
    this.#lost.push(id);
  }

  /** Writes everything; returns what has moved since the books were made. */
  async store(writer: WarehouseWriter): Promise<readonly Moved[]> {
    await storeEvents(writer, PULLED_AT, this.#events);
    for (const edit of this.#edits) await edit(writer);
    const rows = this.#changed();
    const more = rows.filter(({ kind }) => kind === 'balance_transaction').map(movedBy);
    for (const [created_at, some] of Map.groupBy(more, (each) => each.created_at)) {
      for (const { balance_type, currency, net_minor } of sumsOf(some)) {
        await writer.query(
          `update stripe.balances set available_minor = available_minor + $4
          where balance_type = $1 and currency = $2 and pulled_at >= $3`,
          [balance_type, currency, created_at, net_minor],
        );
      }
    }
    for (const [kind, some] of Map.groupBy([...rows, ...this.#records], (each) => each.kind)) {
      const { table, rowOf } = resourceOf(kind);
      const pulled = { pulled_at: PULLED_AT, recorded_at: PULLED_AT };
      await writer.append(
        table,
        some.map(({ record }) => ({ ...rowOf(record), ...pulled })),
      );
    }
    const lost: Moved[] = [];
    for (const id of this.#lost) {
      const { net_minor, ...moved } = movedBy({
        kind: 'balance_transaction',
        record: this.object('balance_transaction', id),
      });
      lost.push({ ...moved, net_minor: -net_minor });
      await writer.query('delete from stripe.balance_transactions where id_stripe = $1', [id]);
    }
    return [...more, ...lost];
  }

  #objects(): Pulled[] {
    return RESOURCES.flatMap(({ object }) =>
      this.#world.store
        .all(object as Kind)
        .oldestFirst()
        .map((record) => ({ kind: object as Kind, record })),
    );
  }

  #changed(): Pulled[] {
    return this.#objects().filter(
      ({ kind, record }) => this.#before.get(`${kind} ${record.id}`) !== JSON.stringify(record),
    );
  }
}

function resourceOf(kind: Kind): Resource {
  return requirePresent(
    RESOURCES.find(({ object }) => object === kind),
    `A ${kind} is pulled.`,
  );
}

function movedBy({ kind, record }: Pulled): Moved {
  const { balance_type, currency, created_at, net_minor } = resourceOf(kind).rowOf(record) as ValueRow & Moved;
  return { balance_type, currency, created_at, net_minor };
}

/** Sums by balance and currency. */
function sumsOf(moved: readonly Moved[]): Moved[] {
  const groups = Map.groupBy(moved, ({ balance_type, currency }) => `${balance_type} ${currency}`);
  return [...groups.values()].flatMap((some) =>
    some
      .slice(0, 1)
      .map((first) => ({ ...first, net_minor: some.reduce((sum, { net_minor }) => sum + net_minor, 0n) })),
  );
}

/** The breaks of what January's books lack of its balances: rows that were pulled after its closing, and those that were lost. */
export function unbooked(moved: readonly Moved[]): Planted[] {
  const end = instant(periodEnd(JANUARY));
  const sums = new Map<string, bigint>();
  for (const { balance_type, currency, created_at, net_minor } of moved) {
    if (created_at >= end) continue;
    const break_id = `books:${balance_type}:${currency}`;
    sums.set(break_id, (sums.get(break_id) ?? 0n) + net_minor);
  }
  const differing = [...sums].filter(([, sum]) => sum !== 0n);
  return differing.map(([break_id]) => ({ period: JANUARY, break_class: 'books_differ', break_id }));
}
