import { instant } from '../../warehouse/clock.ts';
import { countOf } from '../../warehouse/count-of.ts';
import { Conflict } from '../../warehouse/errors.ts';
import type { BoundQuery } from '../../warehouse/named-queries.ts';
import type { Period } from '../../warehouse/period.ts';
import { selectRows } from '../../warehouse/table-queries.ts';
import { defineTable, type Row } from '../../warehouse/vocabulary/tables.ts';
import type { WarehouseWriter } from '../../warehouse/warehouse.ts';
import type { Model } from '../engine/model.ts';
import { timestampLiteral } from '../engine/sql-text.ts';
import { sourceCounts } from './tables.ts';

/**
 * A row of a raw table that appears after a closing, recorded before its cutoff, would be booked in no period: the open one takes only
 * what was recorded from the cutoff on. So a closing stores how many rows it has read, and whoever builds later counts them again.
 */

type Reader = Pick<WarehouseWriter, 'query'>;
type SourceCount = Row<typeof sourceCounts>;

/** The rows that a closing may read and no closing before has counted; counted before its books are built. */
export const countsBefore = defineTable({
  name: 'steps.source_counts',
  meaning: 'One row per raw table of the books: its rows that no closing has counted yet.',
  fields: ['source_table', 'recorded_from_at', 'row_count'],
  key: ['source_table'],
});

type Counted = Pick<SourceCount, 'source_table' | 'recorded_from_at'>;

/** The SELECT that counts the rows of raw tables in an interval of recording; without an end, also those that have no instant. */
export function countsOf(tables: readonly (Counted & { readonly recorded_until_at?: string })[]): string {
  return tables
    .map(({ source_table, recorded_from_at, recorded_until_at }) => {
      const from = timestampLiteral(recorded_from_at);
      const isIn =
        recorded_until_at === undefined
          ? `loaded_at >= ${from} or loaded_at is null`
          : `loaded_at >= ${from} and loaded_at < ${timestampLiteral(recorded_until_at)}`;
      return `select '${source_table}' as source_table, ${from} as recorded_from_at, count(*) as row_count from ${source_table} where ${isIn}`;
    })
    .join('\nunion all\n');
}

/** Counts the rows that a closing is about to read: of every raw table, from where the last closing stopped. */
export async function countSources(writer: WarehouseWriter, models: readonly Model[]): Promise<void> {
  const read = new Set(models.flatMap(({ reads }) => reads.filter((name) => name.startsWith('raw.'))));
  const counted = new Map((await allCounted(writer)).map((all) => [all.source_table, all.recorded_until_at]));
  const tables = [...read].sort().map((table) => ({
    source_table: table,
    recorded_from_at: counted.get(table) ?? instant(0),
  }));
  await writer.createStep(countsBefore, countsOf(tables));
}

/**
 * Stores what the closing has counted. Throws `Conflict` if a table has another number of rows before the cutoff now: a load became
 * visible while the books were built, or rows have no instant of recording or a later one.
 */
export async function storeSourceCounts(
  writer: WarehouseWriter,
  { period, cutoffAt }: { period: Period; cutoffAt: string },
): Promise<void> {
  const before = await writer.query<Row<typeof countsBefore>>(...selectRows(countsBefore));
  const rows = before.map((count) => ({ period, ...count, recorded_until_at: cutoffAt }));
  const now = await recount(writer, rows);
  for (const { source_table, row_count } of rows) {
    const found = now.get(source_table) ?? 0n;
    if (found === row_count) continue;
    throw new Conflict(
      found > row_count
        ? `${period} cannot be closed: ${countOf(found - row_count, 'row')} of ${source_table} appeared while its books were built; wait until the load has ended, then close it again.`
        : `${period} cannot be closed: ${source_table} has ${countOf(row_count - found, 'row')} without a loaded_at, or with one after the cutoff ${cutoffAt}; set it to the present, then close it again.`,
    );
  }
  await writer.append(sourceCounts, rows);
}

/** Whether each raw table has as many rows before the last cutoff as all closings together have counted. */
export async function areSourcesUnchanged(reader: Reader): Promise<boolean> {
  const counted = await allCounted(reader);
  const now = await recount(reader, counted);
  return counted.every(({ source_table, row_count }) => now.get(source_table) === row_count);
}

/** What has changed in the raw rows that a closed period was built from, a sentence for each table. */
export async function changedSources(reader: Reader, period: Period): Promise<string[]> {
  const rows = await reader.query<SourceCount>(
    ...selectRows(sourceCounts, { where: { period }, orderBy: ['source_table'] }),
  );
  const now = await recount(reader, rows);
  return rows.flatMap(({ source_table, row_count }) => {
    const found = now.get(source_table) ?? 0n;
    if (found === row_count) return [];
    return found > row_count
      ? `${source_table} has ${countOf(found - row_count, 'row')} more than when ${period} was closed, with a loaded_at before its cutoff, which no period would book; set the loaded_at of what appeared to the present, and the open period books it (transforms/ledger/README.md says how).`
      : `${source_table} has ${countOf(row_count - found, 'row')} fewer than when ${period} was closed; restore what is missing from a backup, with the loaded_at that it had.`;
  });
}

/** What all closings together have counted, by raw table: their intervals follow one another. */
async function allCounted(reader: Reader): Promise<Omit<SourceCount, 'period'>[]> {
  const byTable = new Map<string, Omit<SourceCount, 'period'>>();
  for (const { period: _, ...count } of await reader.query<SourceCount>(
    ...selectRows(sourceCounts, { orderBy: ['period'] }),
  )) {
    const before = byTable.get(count.source_table);
    byTable.set(count.source_table, {
      ...count,
      recorded_from_at: before?.recorded_from_at ?? count.recorded_from_at,
      row_count: (before?.row_count ?? 0n) + count.row_count,
    });
  }
  return [...byTable.values()];
}

async function recount(
  reader: Reader,
  rows: readonly Omit<SourceCount, 'period'>[],
): Promise<ReadonlyMap<string, bigint>> {
  if (rows.length === 0) return new Map();
  const query: BoundQuery = [countsOf(rows), []];
  const counts = await reader.query<Pick<SourceCount, 'source_table' | 'row_count'>>(...query);
  return new Map(counts.map(({ source_table, row_count }) => [source_table, row_count]));
}
