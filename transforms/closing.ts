import { createHash } from 'node:crypto';
import { canonicalJson } from '../warehouse/canonical-json.ts';
import { Conflict } from '../warehouse/errors.ts';
import type { Period } from '../warehouse/period.ts';
import type { Row } from '../warehouse/tables.ts';
import type { Warehouse, WarehouseWriter } from '../warehouse/warehouse.ts';
import { build } from './build.ts';
import type { closes } from './ledger-tables.ts';
import type { postings } from './marts/postings.ts';

type Close = Row<typeof closes>;
type Reader = Pick<WarehouseWriter, 'query'>;

/** The closing of a period, or undefined while it is open. */
export async function closeOf(reader: Reader, period: Period): Promise<Close | undefined> {
  const [close] = await reader.query<Close>('select * from ledger.closes where period = $1', [period]);
  return close;
}

export async function lastClose(reader: Reader): Promise<Close | undefined> {
  const [close] = await reader.query<Close>('select * from ledger.closes order by period desc limit 1');
  return close;
}

/** The closing of a period. Throws `Conflict` while it is open. */
export async function requireClose(reader: Reader, period: Period): Promise<Close> {
  const close = await closeOf(reader, period);
  if (!close) throw new Conflict(`${period} is not closed; close it first.`);
  return close;
}

/**
 * The seal of a period's postings: SHA-256 over the seal before it and each posting as a line of canonical JSON, in the
 * order of their ids. Anyone who has the postings can compute it.
 */
export async function sealOf(
  reader: Reader,
  { period, previousSeal }: { period: Period; previousSeal: string | null },
): Promise<{ seal: string; postings: number }> {
  const rows = await reader.query<Row<typeof postings>>(
    'select * from tantieme.postings where period = $1 order by posting_id',
    [period],
  );
  const hash = createHash('sha256').update(`${canonicalJson({ period, previous_seal: previousSeal })}\n`);
  for (const row of rows) hash.update(`${canonicalJson(row)}\n`);
  return { seal: hash.digest('hex'), postings: rows.length };
}

/** Computes a closed period anew from the raw events and compares the seal; nothing is changed by it. */
export async function verifyPeriod(
  warehouse: Warehouse,
  period: Period,
): Promise<{ recorded: string; stored: string; recomputed: string; holds: boolean }> {
  const close = await requireClose(warehouse, period);
  const seal = async (reader: Reader): Promise<string> =>
    (await sealOf(reader, { period, previousSeal: close.previous_seal })).seal;
  const stored = await seal(warehouse);
  const recomputed = await warehouse.rehearsal(async (writer) => {
    await build(writer, period, { parts: ['books'] });
    return seal(writer);
  });
  return { recorded: close.seal, stored, recomputed, holds: close.seal === stored && close.seal === recomputed };
}
