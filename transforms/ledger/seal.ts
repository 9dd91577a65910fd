import { sha256Hex } from '../../warehouse/ids.ts';
import { invariant, requirePresent } from '../../warehouse/invariant.ts';
import { readQueries } from '../../warehouse/named-queries.ts';
import type { Period } from '../../warehouse/period.ts';
import type { WarehouseWriter } from '../../warehouse/warehouse.ts';
import { type Close, type ClosingReader, requireClose } from './closing.ts';
import { FORMAT_VERSION } from './tables.ts';

export type BooksReader = Pick<WarehouseWriter, 'query'>;

const QUERIES = readQueries(import.meta.url, 'seal.queries.sql', { sealed_hashes: ['period'] });

interface SealedHashes {
  readonly creators_hash: string | null;
  readonly others_hash: string | null;
  readonly posting_count: bigint;
}

/**
 * The seal of a period's books: the root of a hash tree over all amounts owed and their origin, and over the seal before. The
 * engine computes it; anyone who has the books can compute it again (`seal.queries.sql` is the format).
 */
export async function sealOf(
  reader: BooksReader,
  { period, previousSeal }: { period: Period; previousSeal: string | null },
): Promise<{ seal: string; postings: number }> {
  const [row] = await reader.query<SealedHashes & Record<string, string | bigint | null>>(
    ...QUERIES.sealed_hashes(period),
  );
  const { creators_hash, others_hash, posting_count } = requirePresent(row, 'A query without a group returns one row.');
  const fields = ['tantieme books', String(FORMAT_VERSION), period, previousSeal, creators_hash, others_hash];
  return { seal: sha256Hex(fields.map(netstring).join('')), postings: Number(posting_count) };
}

/** A text as a field of a canonical row: its length in bytes, a colon, its bytes; `~` for null. */
export function netstring(text: string | null): string {
  return text === null ? '~' : `${Buffer.byteLength(text)}:${text}`;
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
