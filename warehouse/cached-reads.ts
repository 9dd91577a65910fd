import type { Value, ValueRow, Warehouse } from './warehouse.ts';

/** The most values that are kept, of all queries together: about 20 MB. */
const MOST_VALUES = 200_000;
/** What the text of a query takes beside its rows, in values. */
const TEXT_VALUES = 100;

/**
 * The same warehouse, whose `query` gives the rows of the same text and parameters without reading again until a transaction has ended.
 * For queries that depend on the data alone: no random numbers, no time of day, no files. An engine that other processes write to is read each time.
 */
export function withCachedReads(warehouse: Warehouse, { mostValues = MOST_VALUES } = {}): Warehouse {
  const { commitCount } = warehouse;
  if (commitCount === undefined) return warehouse;
  const kept = new Map<string, readonly ValueRow[]>();
  let [keptAt, valueCount] = [commitCount(), 0];
  const clearIfStale = (): void => {
    if (keptAt === commitCount()) return;
    kept.clear();
    [keptAt, valueCount] = [commitCount(), 0];
  };
  const keep = (key: string, rows: readonly ValueRow[]): void => {
    const size = valuesIn(rows);
    if (size > mostValues || kept.has(key)) return;
    kept.set(key, rows);
    valueCount += size;
    for (const [oldest, its] of kept) {
      if (valueCount <= mostValues) return;
      valueCount -= valuesIn(its);
      kept.delete(oldest);
    }
  };
  const query = async <R extends ValueRow>(sql: string, parameters: readonly Value[] = []): Promise<R[]> => {
    clearIfStale();
    const key = JSON.stringify([sql, ...parameters.map((value) => [typeof value, String(value)])]);
    const found = kept.get(key);
    if (found !== undefined) return copyOf(found) as R[];
    const readAt = commitCount();
    const rows = await warehouse.query<R>(sql, parameters);
    clearIfStale();
    // What a transaction ended during the read has changed may be missing.
    if (readAt === commitCount()) keep(key, copyOf(rows));
    return rows;
  };
  return { ...warehouse, query };
}

const valuesIn = (rows: readonly ValueRow[]): number => TEXT_VALUES + rows.length * Object.keys(rows[0] ?? {}).length;

/** Callers may change what they were given. */
const copyOf = (rows: readonly ValueRow[]): ValueRow[] => rows.map((row) => ({ ...row }));
