import { createHash } from 'node:crypto';
import { canonicalJson } from '../../warehouse/canonical-json.ts';
import { invariant } from '../../warehouse/invariant.ts';
import { readQueries } from '../../warehouse/named-queries.ts';
import type { Period } from '../../warehouse/period.ts';
import type { WarehouseWriter } from '../../warehouse/warehouse.ts';
import { type Close, type ClosingReader, requireClose } from './closing.ts';

/** Streams, because the books of a period may not fit in memory. */
export type BooksReader = Pick<WarehouseWriter, 'stream'>;

const QUERIES = readQueries(import.meta.url, 'seal.queries.sql', {
  sealed_postings: ['period'],
  sealed_statement_lines: ['period'],
  sealed_balances: ['period'],
});

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
export async function requireSealed(reader: ClosingReader & BooksReader, period: Period): Promise<Close> {
  const close = await requireClose(reader, period);
  const { seal } = await sealOf(reader, { period, previousSeal: close.previous_seal });
  invariant(
    seal === close.seal,
    `The books of ${period} no longer match the seal of its closing; no statements are issued and no payouts are made from them.`,
  );
  return close;
}
