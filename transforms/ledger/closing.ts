import { createHash } from 'node:crypto';
import { canonicalJson } from '../../warehouse/canonical-json.ts';
import { Conflict } from '../../warehouse/errors.ts';
import { invariant } from '../../warehouse/invariant.ts';
import { readQueries } from '../../warehouse/named-queries.ts';
import type { Period } from '../../warehouse/period.ts';
import type { Row } from '../../warehouse/vocabulary/tables.ts';
import type { Warehouse, WarehouseWriter } from '../../warehouse/warehouse.ts';
import { build } from '../engine/build.ts';
import type { closes } from './tables.ts';

type Close = Row<typeof closes>;
type Reader = Pick<WarehouseWriter, 'query'>;
/** Streams, because the books of a period may not fit in memory. */
type BooksReader = Pick<WarehouseWriter, 'stream'>;

const QUERIES = readQueries(import.meta.url, 'closing.queries.sql', {
  closing_of_period: ['period'],
  latest_closing: [],
  closings: [],
  sealed_postings: ['period'],
  sealed_statement_lines: ['period'],
  sealed_balances: ['period'],
});

/** The closing of a period, or undefined while it is open. */
export async function closeOf(reader: Reader, period: Period): Promise<Close | undefined> {
  const [close] = await reader.query<Close>(...QUERIES.closing_of_period(period));
  return close;
}

export async function lastClose(reader: Reader): Promise<Close | undefined> {
  const [close] = await reader.query<Close>(...QUERIES.latest_closing());
  return close;
}

/** Every closing, oldest first. */
export async function allCloses(reader: Reader): Promise<Close[]> {
  return reader.query<Close>(...QUERIES.closings());
}

/** The closing of a period. Throws `Conflict` while it is open. */
export async function requireClose(reader: Reader, period: Period): Promise<Close> {
  const close = await closeOf(reader, period);
  if (!close) throw new Conflict(`${period} is not closed; close it first.`);
  return close;
}

/** The seal covers all amounts owed and their origin. Whether they are payable depends on the day and is decided when paying. */
const SEALED = [QUERIES.sealed_postings, QUERIES.sealed_statement_lines, QUERIES.sealed_balances] as const;

/**
 * The seal of a period's books: SHA-256 over the previous seal and over each posting, statement line and balance as a line of
 * canonical JSON, in key order. Anyone who has the books can compute it.
 */
export async function sealOf(
  reader: BooksReader,
  { period, previousSeal }: { period: Period; previousSeal: string | null },
): Promise<{ seal: string; postings: number }> {
  const hash = createHash('sha256').update(`${canonicalJson({ period, previous_seal: previousSeal })}\n`);
  const counts: number[] = [];
  for (const sealed of SEALED) {
    let count = 0;
    for await (const rows of reader.stream(...sealed(period))) {
      for (const row of rows) hash.update(`${canonicalJson(row)}\n`);
      count += rows.length;
    }
    counts.push(count);
  }
  return { seal: hash.digest('hex'), postings: counts[0] ?? 0 };
}

/** The closing of a period. Throws `Conflict` while it is open, `InvariantBroken` if its books no longer match the seal. */
export async function requireSealed(reader: Reader & BooksReader, period: Period): Promise<Close> {
  const close = await requireClose(reader, period);
  const { seal } = await sealOf(reader, { period, previousSeal: close.previous_seal });
  invariant(
    seal === close.seal,
    `The books of ${period} no longer match the seal of its closing; no statements are issued and no payouts are made from them.`,
  );
  return close;
}

/** Recomputes a closed period from the raw events and compares the seals; changes nothing. Throws `Conflict` if it is open. */
export async function verifyPeriod(
  warehouse: Warehouse,
  period: Period,
): Promise<{ recorded: string; stored: string; recomputed: string; holds: boolean }> {
  const close = await requireClose(warehouse, period);
  const seal = async (reader: BooksReader): Promise<string> =>
    (await sealOf(reader, { period, previousSeal: close.previous_seal })).seal;
  const stored = await seal(warehouse);
  const recomputed = await warehouse.withRollback(async (writer) => {
    await build(writer, period, { parts: ['books'] });
    return seal(writer);
  });
  return { recorded: close.seal, stored, recomputed, holds: close.seal === stored && close.seal === recomputed };
}
