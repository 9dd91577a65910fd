import type { Value } from '../../../warehouse/warehouse.ts';
import type { CatalogColumn } from '../googlesql/catalog.ts';
import { Refusal } from './refusal.ts';
import type { Partitioning, StoredRow, Table } from './storage.ts';

/** The column that a table partitioned by ingestion time has besides its own: the first instant of each row's partition. */
export const PARTITION_TIME = '_PARTITIONTIME';

export function hasPartitionTime({ partitioning }: Pick<Table, 'partitioning'>): boolean {
  return partitioning !== undefined && partitioning.field === undefined;
}

/** The columns that a statement can name. `*` does not include the partition's time. */
export function columnsOf(table: Pick<Table, 'fields' | 'partitioning'>): readonly CatalogColumn[] {
  if (!hasPartitionTime(table)) return table.fields;
  return [...table.fields, { name: PARTITION_TIME, type: 'timestamp', pseudo: true }];
}

/** `202601` → `2026-01-01T00:00:00.000Z` */
export function partitionTimeOf({ partition }: StoredRow): Value {
  if (partition === undefined) return null;
  const [year, month, day = '01'] = [partition.slice(0, 4), partition.slice(4, 6), partition.slice(6, 8) || undefined];
  return `${year}-${month}-${day}T00:00:00.000Z`;
}

/** `2026-01-01T00:00:00.000Z` → `202601`. Refuses an instant at which no partition begins. */
export function partitionBeginningAt(time: Value, { type }: Partitioning): string {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})T00:00:00(?:\.0+)?Z$/.exec(String(time)) ?? [];
  if (year === undefined || (type === 'MONTH' && day !== '01')) {
    throw new Refusal(
      'invalidQuery',
      `The value ${time} of ${PARTITION_TIME} is not the beginning of a partition by ${type.toLowerCase()}`,
    );
  }
  return type === 'DAY' ? `${year}${month}${day}` : `${year}${month}`;
}
