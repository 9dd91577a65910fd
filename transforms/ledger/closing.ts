import { Conflict } from '../../warehouse/errors.ts';
import { readQueries } from '../../warehouse/named-queries.ts';
import type { Period } from '../../warehouse/period.ts';
import type { Row } from '../../warehouse/vocabulary/tables.ts';
import type { WarehouseWriter } from '../../warehouse/warehouse.ts';
import type { closes } from './tables.ts';

/** A row of `ledger.closes`. */
export type Close = Row<typeof closes>;
export type ClosingReader = Pick<WarehouseWriter, 'query'>;

const QUERIES = readQueries(import.meta.url, 'closing.queries.sql', {
  closing_of_period: ['period'],
  latest_closing: [],
  closings: [],
});

/** The closing of a period, or undefined while it is open. */
export async function closeOf(reader: ClosingReader, period: Period): Promise<Close | undefined> {
  const [close] = await reader.query<Close>(...QUERIES.closing_of_period(period));
  return close;
}

export async function lastClose(reader: ClosingReader): Promise<Close | undefined> {
  const [close] = await reader.query<Close>(...QUERIES.latest_closing());
  return close;
}

/** Every closing, oldest first. */
export async function allCloses(reader: ClosingReader): Promise<Close[]> {
  return reader.query<Close>(...QUERIES.closings());
}

/** The closing of a period. Throws `Conflict` while it is open. */
export async function requireClose(reader: ClosingReader, period: Period): Promise<Close> {
  const close = await closeOf(reader, period);
  if (!close) throw new Conflict(`${period} is not closed; close it first.`);
  return close;
}
