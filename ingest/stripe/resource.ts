import type Stripe from 'stripe';
import { instant } from '../../warehouse/clock.ts';
import { invariant } from '../../warehouse/invariant.ts';
import type { Table } from '../../warehouse/vocabulary/tables.ts';
import type { ValueRow } from '../../warehouse/warehouse.ts';
import type { Ask } from './retry.ts';

/** What every object of Stripe's API has. */
export interface StripeRecord {
  readonly id: string;
  readonly object: string;
}

/** What was created from one second up to, not including, another; seconds since the epoch, as Stripe tells time. */
export interface CreatedWindow {
  readonly gte: number;
  readonly lt: number;
}

/** One kind of record at Stripe: how it is read there, and how it is kept here. */
export interface Resource<T extends StripeRecord = StripeRecord> {
  /** Stripe's word for the kind, as each record has it in `object`. */
  readonly object: T['object'];
  readonly table: Table;
  /** Whether a record can be gone; then `retrieve` gives what Stripe calls deleted: its id, and `deleted: true`. */
  readonly canBeDeleted: boolean;
  /** Every record that was created in a window, in no order that could be relied on. Rejects with the client's errors. */
  list(stripe: Stripe, created: CreatedWindow, options: { ask: Ask }): AsyncIterable<T>;
  /** One record as it stands. Rejects with the client's errors. */
  retrieve(stripe: Stripe, id: string): Promise<T>;
  /** The row it is kept as, but for `pulled_at`. */
  rowOf(record: T): ValueRow;
}

/** The most that Stripe gives at once. */
const PAGE_SIZE = 100;

export interface PageRequest {
  readonly limit: number;
  readonly starting_after?: string;
}

/** Every object of a list, by pages that follow the last object of the page before. */
export async function* everyObject<T extends { readonly id: string }>(
  page: (request: PageRequest) => PromiseLike<{ readonly data: readonly T[]; readonly has_more: boolean }>,
  ask: Ask,
): AsyncGenerator<T> {
  let request: PageRequest = { limit: PAGE_SIZE };
  for (;;) {
    const { data, has_more } = await ask(() => page(request));
    yield* data;
    if (!has_more) return;
    const last = data.at(-1);
    invariant(last, 'A page that another one follows holds something, but Stripe gave an empty one.');
    request = { limit: PAGE_SIZE, starting_after: last.id };
  }
}

interface Endpoint<T> {
  list(request: PageRequest & { readonly created: CreatedWindow }): PromiseLike<{
    readonly data: readonly T[];
    readonly has_more: boolean;
  }>;
  retrieve(id: string): Promise<T>;
}

interface Declaration<T extends StripeRecord> extends Pick<Resource<T>, 'object' | 'table'> {
  /** Where the kind is listed by `created` and retrieved by id. */
  readonly endpoint: (stripe: Stripe) => Endpoint<T>;
  /** The columns that it does not share with every kind. */
  readonly columns: (record: T) => ValueRow;
}

/** A kind that Stripe lists and retrieves as it does most; records of most kinds are for ever. */
export function defineResource<T extends StripeRecord & { readonly created: number }>({
  object,
  table,
  endpoint,
  columns,
}: Declaration<T>): Resource<T> {
  return {
    object,
    table,
    canBeDeleted: false,
    list: (stripe, created, { ask }) => everyObject((page) => endpoint(stripe).list({ created, ...page }), ask),
    retrieve: (stripe, id) => endpoint(stripe).retrieve(id),
    rowOf: (record) => ({ ...kept(record), ...columns(record) }),
  };
}

/** The columns of every kind. */
export function kept(record: StripeRecord & { readonly created?: number }): ValueRow {
  return {
    id_stripe: record.id,
    created_at: record.created === undefined ? null : instantOf(record.created),
    object_stripe: JSON.stringify(record),
  };
}

export function money({ amount, currency }: { amount: number; currency: string }): ValueRow {
  return { amount_minor: minorOf(amount), currency: currency.toUpperCase() };
}

/** An amount as it stands in Stripe's JSON, which a number holds exactly up to 2⁵³. */
export function minorOf(amount: number): bigint {
  invariant(Number.isSafeInteger(amount), `Stripe's amounts are whole minor units below 2⁵³, but one is ${amount}.`);
  return BigInt(amount);
}

export function instantOf(epochSeconds: number): string {
  return instant(epochSeconds * 1000);
}

/** A reference is an id or, expanded, the object itself. */
export function idOf(reference: string | { readonly id: string } | null | undefined): string | null {
  return typeof reference === 'string' ? reference : (reference?.id ?? null);
}
