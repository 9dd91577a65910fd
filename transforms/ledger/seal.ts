import { sha256Hex } from '../../warehouse/ids.ts';
import { invariant, requirePresent } from '../../warehouse/invariant.ts';
import { type BoundQuery, readQueries } from '../../warehouse/named-queries.ts';
import type { Period } from '../../warehouse/period.ts';
import type { ValueRow, WarehouseWriter } from '../../warehouse/warehouse.ts';
import { fromBuilt } from '../engine/statements.ts';
import { MODELS } from '../models.ts';
import { type Close, type ClosingReader, requireClose } from './closing.ts';
import { FORMAT_VERSION } from './tables.ts';

export type BooksReader = Pick<WarehouseWriter, 'query'>;

const QUERIES = readQueries(import.meta.url, 'seal.queries.sql', { sealed_hashes: ['period', 'scope'] });

/** Without a key, the hashes of all books; with one, those of a creator in a currency. */
export interface SealedHashes extends ValueRow {
  readonly key_hash: string | null;
  readonly node: string | null;
  readonly postings_part: string | null;
  readonly allocations_part: string | null;
  readonly carried_part: string | null;
  readonly creators_hash: string | null;
  readonly others_hash: string | null;
  readonly posting_count: bigint | null;
}

/**
 * The seal of a period's books: the root of a hash tree over all amounts owed and their origin, and over the seal before. The
 * engine computes it; anyone who has the books can compute it again (`seal.queries.sql` is the format).
 */
export async function sealOf(
  reader: BooksReader,
  { period, previousSeal, of }: { period: Period; previousSeal: string | null; of?: 'ledger' },
): Promise<{ seal: string; postings: number }> {
  const query = QUERIES.sealed_hashes(period, 'root');
  const [row] = await reader.query<SealedHashes>(...(of === 'ledger' ? inLedger(query) : query));
  const { posting_count, ...hashes } = requirePresent(row, 'A query without a group returns one row.');
  return { seal: rootOf(hashes, { period, previousSeal }), postings: Number(posting_count) };
}

/** The query on the ledger itself: before a closing is recorded, the views do not show what it has written. */
function inLedger([sql, parameters]: BoundQuery): BoundQuery {
  return [fromBuilt(sql, MODELS, 'ledger'), parameters];
}

/** The seal from the hashes that it covers. */
export function rootOf(
  { creators_hash, others_hash }: Pick<SealedHashes, 'creators_hash' | 'others_hash'>,
  { period, previousSeal }: { period: Period; previousSeal: string | null },
): string {
  const fields = ['tantieme books', String(FORMAT_VERSION), period, previousSeal, creators_hash, others_hash];
  return sha256Hex(fields.map(netstring).join(''));
}

/** The rows of `sealed_hashes`: those of the creators by the hash of their key, the one without a key first or last. */
export function streamSealedHashes(
  reader: Pick<WarehouseWriter, 'stream'>,
  period: Period,
): AsyncIterable<SealedHashes[]> {
  return reader.stream<SealedHashes>(...QUERIES.sealed_hashes(period, 'nodes'));
}

/** A text as a field of a canonical row: its length in bytes, a colon, its bytes; `~` for null. */
export function netstring(text: string | null): string {
  return text === null ? '~' : `${Buffer.byteLength(text)}:${text}`;
}

/** The closing of a period. Throws `Conflict` while it is open, `InvariantBroken` if its books no longer match the seal. */
export async function requireSealed(reader: ClosingReader & BooksReader, period: Period): Promise<Close> {
  const close = await requireClose(reader, period);
  const { seal } = await sealOf(reader, { period, previousSeal: close.previous_seal });
  assertSeal(close, seal);
  return close;
}

/** Throws `InvariantBroken` unless the seal of the books as they are now is that of their closing. */
export function assertSeal(close: Close, seal: string): void {
  invariant(
    seal === close.seal,
    `The books of ${close.period} no longer match the seal of its closing; no statements are issued and no payouts are made from them.`,
  );
}
