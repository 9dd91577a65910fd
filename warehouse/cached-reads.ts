import { BoundedCache } from './bounded-cache.ts';
import type { Value, ValueRow, Warehouse } from './warehouse.ts';

/** The most values that are kept, of all queries together: about 20 MB. */
const MOST_VALUES = 200_000;
/** What the text of a query takes beside its rows, in values. */
const TEXT_VALUES = 100;

interface Kept {
  readonly rows: readonly ValueRow[];
  /** The last transaction that had changed what was read. */
  readonly readAt: number;
}

/**
 * The same warehouse, whose `query` gives the rows of the same text and parameters without reading again until a transaction has changed a table that
 * the query reads. For queries that depend on the data alone: no random numbers, no time of day, no files. An engine that other processes write to is
 * read each time.
 */
export function withCachedReads(warehouse: Warehouse, { mostValues = MOST_VALUES } = {}): Warehouse {
  const { lastChange } = warehouse;
  if (lastChange === undefined) return warehouse;
  const kept = new BoundedCache<Kept>({ most: mostValues, sizeOf: ({ rows }) => valuesIn(rows) });
  const query = async <R extends ValueRow>(sql: string, parameters: readonly Value[] = []): Promise<R[]> => {
    const readAt = lastChange(sql);
    const key = JSON.stringify([sql, ...parameters.map((value) => [typeof value, String(value)])]);
    const found = kept.get(key);
    if (found?.readAt === readAt) return copyOf(found.rows) as R[];
    const rows = await warehouse.query<R>(sql, parameters);
    // What a transaction ended during the read has changed may be missing.
    if (readAt === lastChange(sql)) kept.set(key, { rows: copyOf(rows), readAt });
    return rows;
  };
  return { ...warehouse, query };
}

const valuesIn = (rows: readonly ValueRow[]): number => TEXT_VALUES + rows.length * Object.keys(rows[0] ?? {}).length;

/** Callers may change what they were given. */
const copyOf = (rows: readonly ValueRow[]): ValueRow[] => rows.map((row) => ({ ...row }));
