import { countOf } from '../../warehouse/count-of.ts';
import { requirePresent } from '../../warehouse/invariant.ts';
import { type BoundQuery, readQueries } from '../../warehouse/named-queries.ts';
import { type Period, parsePeriod, previousPeriod } from '../../warehouse/period.ts';
import type { WarehouseWriter } from '../../warehouse/warehouse.ts';
import { withTable } from '../engine/sql-text.ts';
import { hashOfFields } from './canonical.ts';
import type { Close } from './closing.ts';
import { factKeys } from './tables.ts';

/**
 * Which uses are booked. A later report of the same use is dropped, because its key is here: who removes a key makes that use be paid
 * twice, and who adds one keeps a use from being paid, in a month whose books then look right. So the seal covers the keys, and `verify`
 * names those that differ. They are hashed in buckets, by a part of the keys at a time, so that memory does not grow with the uses.
 */

const QUERIES = readQueries(import.meta.url, 'fact-keys.queries.sql', {
  fact_key_count: ['after', 'period'],
  fact_key_digests: ['after', 'period', 'first_key', 'last_key'],
  missing_fact_keys: ['period'],
  added_fact_keys: ['after', 'period'],
});

type Reader = Pick<WarehouseWriter, 'query'>;
type Closed = Pick<Close, 'period' | 'previous_seal'>;

/** The keys of the uses of a closed period that was built again. */
const builtKeys = { ...factKeys, name: 'steps.fact_keys', layout: {} };

/** Keys have 60 bits; a bucket has those with the same first ten. */
const BUCKETS = 1024n;
const KEYS_IN_BUCKET = 2n ** 50n;

/** The SELECT of the keys of what is booked or came into suspense in the period; what was in suspense before it has one already. */
export function newFactKeys(period: Period): string {
  return `select '${period}' as period, fn.key_hash('use:' || use_id) as key_hash, fn.key_check('use:' || use_id) as key_check
from steps.int_uses
where suspended_period is null`;
}

/** Stores the keys of a period that is being closed. */
export async function storeFactKeys(writer: WarehouseWriter, period: Period): Promise<void> {
  await writer.replacePartition(factKeys, period, newFactKeys(period));
}

/** Computes the keys of a period that was built again, as a step. */
export async function buildFactKeys(writer: WarehouseWriter, period: Period): Promise<void> {
  await writer.createStep(builtKeys, newFactKeys(period));
}

/**
 * The hash of a period's keys in the ledger, or of those of `buildFactKeys`: SHA-256 over the digests of the buckets. It covers every row
 * that a later period reads and no earlier seal covers, also one whose period is none. `keysAtOnce` bounds the memory, about 250 bytes
 * a key, and does not change the hash.
 */
export async function hashOfFactKeys(
  reader: Reader,
  closed: Closed,
  { isBuilt = false, keysAtOnce = 2_000_000 }: { isBuilt?: boolean; keysAtOnce?: number } = {},
): Promise<string> {
  const from = ([sql, parameters]: BoundQuery): BoundQuery => [
    isBuilt ? withTable(sql, factKeys.name, builtKeys.name) : sql,
    parameters,
  ];
  const range = rangeOf(closed);
  const [row] = await reader.query<{ key_count: bigint }>(...from(QUERIES.fact_key_count(...range)));
  const { key_count } = requirePresent(row, 'A count has one row.');
  const digests: string[] = [];
  for (const bounds of partsOf(key_count, BigInt(keysAtOnce))) {
    const query = from(QUERIES.fact_key_digests(...range, ...bounds));
    for (const { digest } of await reader.query<{ digest: string }>(...query)) digests.push(digest);
  }
  return hashOfFields(['fact keys', digests.join('')]);
}

/** The first and the last key of each part, in whole buckets. Keys that only a person can have written are in the outermost. */
function partsOf(keyCount: bigint, keysAtOnce: bigint): (readonly [first: string, last: string])[] {
  const count = keyCount / keysAtOnce + 1n;
  const parts = Number(count < BUCKETS ? count : BUCKETS);
  const startOf = (part: number): bigint => ((BigInt(part) * BUCKETS) / BigInt(parts)) * KEYS_IN_BUCKET;
  return Array.from({ length: parts }, (_, part) => [
    String(part === 0 ? -(2n ** 63n) : startOf(part)),
    String(part === parts - 1 ? 2n ** 63n - 1n : startOf(part + 1) - 1n),
  ]);
}

/** In what the keys in the ledger differ from those of `buildFactKeys`, in sentences. */
export async function changedFactKeys(reader: Reader, closed: Closed): Promise<string[]> {
  const { period } = closed;
  const range = rangeOf(closed);
  const missing = await reader.query<{ use_id: string; missing_count: bigint }>(...QUERIES.missing_fact_keys(range[1]));
  const added = await reader.query<{ period: string; key_hash: bigint; key_check: bigint; added_count: bigint }>(
    ...QUERIES.added_fact_keys(...range),
  );
  const uses = missing.map(({ use_id }) => use_id).join(', ');
  const keys = added.map((key) => `${key.key_hash} and ${key.key_check} in ${key.period}`).join('; ');
  return [
    ...(missing[0]
      ? [
          `ledger.fact_keys lacks ${countOf(missing[0].missing_count, 'key')} of uses that are booked in ${period}, such as of ${uses}: a use without its key is paid again when it is reported again; restore the table from a backup made before the change.`,
        ]
      : []),
    ...(added[0]
      ? [
          `ledger.fact_keys has ${countOf(added[0].added_count, 'key')} that no use of ${period} has, such as key_hash and key_check ${keys}: a later use with such a key is not paid; restore the table from a backup made before the change.`,
        ]
      : []),
  ];
}

/** The period before the first row of a closing, exclusive, and the period of the last. The first closing has all rows from before. */
function rangeOf(closed: Closed): readonly [after: string, period: Period] {
  const period = parsePeriod(closed.period);
  return [closed.previous_seal === null ? '' : previousPeriod(period), period];
}
