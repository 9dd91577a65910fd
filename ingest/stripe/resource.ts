import type Stripe from 'stripe';
import { instant } from '../../warehouse/clock.ts';
import { invariant } from '../../warehouse/invariant.ts';
import type { Table } from '../../warehouse/vocabulary/tables.ts';
import type { ValueRow } from '../../warehouse/warehouse.ts';
import { minorOf } from './amounts.ts';
import type { Send } from './retry.ts';

/** The members of every object of Stripe's API. */
export interface StripeRecord {
  readonly id: string;
  readonly object: string;
}

/** A range of creation times, `lt` not included; in seconds since the epoch, Stripe's unit of time. */
export interface CreatedWindow {
  readonly gte: number;
  readonly lt: number;
}

/** One kind of record at Stripe: how it is stored. */
export interface RecordKind<T extends StripeRecord = StripeRecord> {
  /** Stripe's name of the kind, as in `object` of each record. */
  readonly object: T['object'];
  readonly table: Table;
  /** The connected account of a record that is not the platform's: ids are compared within it. */
  accountOf?(record: T): string;
  /** The row of a record, without `pulled_at`. */
  rowOf(record: T): ValueRow;
}

/** One kind of the platform's records at Stripe: how it is read and stored. */
export interface Resource<T extends StripeRecord = StripeRecord> extends RecordKind<T> {
  /** Whether a record can be deleted; `retrieve` then returns Stripe's deleted object: its id, and `deleted: true`. */
  readonly canBeDeleted: boolean;
  /** How many lists of Stripe's `list` reads: with one page of each, it is a consistent state. */
  readonly listCount: number;
  /** Every record that was created in a window, in no particular order. Rejects with the client's errors. */
  list(stripe: Stripe, created: CreatedWindow, options: { send: Send }): AsyncIterable<T>;
  /** The current state of one record. Rejects with the client's errors. */
  retrieve(stripe: Stripe, id: string): Promise<T>;
}

/** Stripe's maximum page size. */
const PAGE_SIZE = 100;

export interface PageRequest {
  readonly limit: number;
  readonly starting_after?: string;
}

/** Every object of a list, page by page; each page starts after the last object of the previous one. */
export async function* everyObject<T extends { readonly id: string }>(
  page: (request: PageRequest) => PromiseLike<{ readonly data: readonly T[]; readonly has_more: boolean }>,
  send: Send,
): AsyncGenerator<T> {
  let request: PageRequest = { limit: PAGE_SIZE };
  for (;;) {
    const { data, has_more } = await send(() => page(request));
    yield* data;
    if (!has_more) return;
    const last = data.at(-1);
    invariant(last, 'A page that is followed by another one must not be empty, but Stripe returned an empty one.');
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
  /** The endpoint that lists by `created` and retrieves by id. */
  readonly endpoint: (stripe: Stripe) => Endpoint<T>;
  /** The columns that not every kind has. */
  readonly columns: (record: T) => ValueRow;
}

/** A kind with the usual list and retrieve endpoints, whose records cannot be deleted. */
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
    listCount: 1,
    list: (stripe, created, { send }) => everyObject((page) => endpoint(stripe).list({ created, ...page }), send),
    retrieve: (stripe, id) => endpoint(stripe).retrieve(id),
    rowOf: (record) => ({ ...commonColumns(record), ...columns(record) }),
  };
}

/** The columns of every kind. */
export function commonColumns(record: StripeRecord & { readonly created?: number }): ValueRow {
  return {
    id_stripe: record.id,
    created_at: record.created === undefined ? null : instantOf(record.created),
    object_stripe: JSON.stringify(record),
  };
}

export function money({ amount, currency }: { amount: number; currency: string }): ValueRow {
  return { amount_minor: minorOf(amount, currency), currency: currency.toUpperCase() };
}

export function instantOf(epochSeconds: number): string {
  return instant(epochSeconds * 1000);
}

/** The id of a reference, which is an id or, if expanded, the object itself. */
export function idOf(reference: string | { readonly id: string } | null | undefined): string | null {
  return typeof reference === 'string' ? reference : (reference?.id ?? null);
}
