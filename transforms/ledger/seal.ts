import { invariant, requirePresent } from '../../warehouse/invariant.ts';
import type { BoundQuery } from '../../warehouse/named-queries.ts';
import { type Period, parsePeriod } from '../../warehouse/period.ts';
import type { ValueRow, WarehouseWriter } from '../../warehouse/warehouse.ts';
import { builtTableOf, type Model } from '../engine/model.ts';
import { withTable } from '../engine/sql-text.ts';
import { booksOf } from './books.ts';
import { blindOf, hashOfFields } from './canonical.ts';
import { type Close, type ClosingReader, requireClose } from './closing.ts';
import { hashOfFactKeys } from './fact-keys.ts';
import { requireFormat } from './formats.ts';

export type BooksReader = Pick<WarehouseWriter, 'query'>;

/** What a closing gives to its seal, beside the books. */
type Sealing = Pick<Close, 'period' | 'format_version' | 'blinding_secret' | 'previous_seal'>;

/** Without a key, the hashes of all books; with one, those of a creator in a currency. */
export interface SealedHashes extends ValueRow {
  readonly key_hash: string | null;
  readonly node: string | null;
  readonly carried_fraction_count: bigint | null;
  readonly creators_hash: string | null;
  readonly rows_hash: string | null;
  readonly posting_count: bigint | null;
}

/** What a seal covers beside the seal before: the root of the creators, and the hash of everything else. */
export interface Roots {
  readonly creatorsHash: string | null;
  readonly othersHash: string;
}

/**
 * The seal of a period's books: the root of a hash tree over all amounts owed and their origin, the uses that are booked, and the seal
 * before. The engine computes it; anyone who has the ledger can compute it again. `builtBy`: the models by which the books were just built
 * again in a scratch catalogue; they are sealed instead of those in the ledger.
 */
export async function sealOf(
  reader: BooksReader,
  sealing: Sealing,
  { builtBy }: { builtBy?: readonly Model[] } = {},
): Promise<{ seal: string; postings: number; factKeysHash: string }> {
  const query = requireFormat(sealing).sealed_hashes(parsePeriod(sealing.period), 'root', sealing.blinding_secret);
  const [row] = await reader.query<SealedHashes>(...(builtBy ? inScratch(query, builtBy) : query));
  const { creators_hash, rows_hash, posting_count } = requirePresent(row, 'A query without a group returns one row.');
  const factKeysHash = await hashOfFactKeys(reader, sealing, { isBuilt: builtBy !== undefined });
  const roots = { creatorsHash: creators_hash, othersHash: othersHashOf(sealing, { factKeysHash, rows_hash }) };
  return { seal: rootOf(roots, sealing), postings: Number(posting_count), factKeysHash };
}

/** In a scratch catalogue the books that were built again are where a build of drafts writes them, in the view of the model. */
function inScratch([sql, parameters]: BoundQuery, models: readonly Model[]): BoundQuery {
  const names = booksOf(models).map((model) => [builtTableOf(model, 'ledger').name, model.name] as const);
  return [names.reduce((text, [name, by]) => withTable(text, name, by), sql), parameters];
}

/** The hash of everything in the books that no statement shows. */
export function othersHashOf(
  { blinding_secret }: Sealing,
  { factKeysHash, rows_hash }: { factKeysHash: string; rows_hash: string | null },
): string {
  return hashOfFields(['others', blindOf(blinding_secret, 'others'), factKeysHash, rows_hash]);
}

/** The seal from the hashes that it covers. */
export function rootOf(
  { creatorsHash, othersHash }: Roots,
  { period, format_version, previous_seal }: Sealing,
): string {
  return hashOfFields(['tantieme books', String(format_version), period, previous_seal, creatorsHash, othersHash]);
}

/** The closing of a period. Throws `Conflict` while it is open, `InvariantBroken` if its books no longer match the seal. */
export async function requireSealed(reader: ClosingReader & BooksReader, period: Period): Promise<Close> {
  const close = await requireClose(reader, period);
  assertSeal(close, (await sealOf(reader, close)).seal);
  return close;
}

/** Throws `InvariantBroken` unless the seal of the books as they are now is that of their closing. */
export function assertSeal(close: Close, seal: string): void {
  invariant(
    seal === close.seal,
    `The books of ${close.period} no longer match the seal of its closing; no statements are issued and no payouts are made from them.`,
  );
}
