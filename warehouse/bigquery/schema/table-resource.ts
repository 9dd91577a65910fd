import { isQueried } from '../../datasets.ts';
import type { Layout, TableShape } from '../../vocabulary/tables.ts';
import { type FieldResource, schemaOf } from '../client/types.ts';
import type { TablePath } from './names.ts';

/** A table or view as the API describes it: https://cloud.google.com/bigquery/docs/reference/rest/v2/tables */
export interface TableResource {
  readonly tableReference: { readonly projectId: string; readonly datasetId: string; readonly tableId: string };
  readonly etag?: string;
  readonly type?: string;
  readonly description?: string;
  /** When it expires; null clears the expiration. */
  readonly expirationTime?: string | null;
  readonly schema?: { readonly fields?: readonly FieldResource[] };
  readonly view?: { readonly query?: string; readonly useLegacySql?: boolean };
  readonly labels?: Readonly<Record<string, string>>;
  readonly timePartitioning?: { readonly type: string; readonly field?: string };
  readonly requirePartitionFilter?: boolean;
  readonly clustering?: { readonly fields: readonly string[] };
}

/** What we create has them. */
export const OUR_LABELS = { app: 'tantieme' } as const;

/** BigQuery's limit for the description of a table. */
const LONGEST_DESCRIPTION = 16_384;

/** The resource of a table, from its declaration. */
export function tableResource(path: TablePath, table: TableShape): TableResource {
  return {
    tableReference: referenceTo(path),
    ...described(table.meaning),
    schema: schemaOf(columnsOf(table)),
    ...layoutResource(table.layout ?? {}),
  };
}

export function viewResource(path: TablePath, { query, meaning }: { query: string; meaning: string }): TableResource {
  return { tableReference: referenceTo(path), ...described(meaning), view: { query, useLegacySql: false } };
}

/** BigQuery does not write query results, whose columns are nullable, into REQUIRED columns. */
function columnsOf({ name, columns, layout }: TableShape): TableShape['columns'] {
  return isQueried(name) || layout?.partitionBy === 'period'
    ? columns.map((column) => ({ ...column, optional: true }))
    : columns;
}

function layoutResource(layout: Layout): Partial<TableResource> {
  return { ...specificationOf(layout), ...(layout.filterRequired ? { requirePartitionFilter: true } : {}) };
}

/** Partitioning and clustering, which each job that writes the table must repeat: https://cloud.google.com/bigquery/docs/clustered-tables */
export function specificationOf({
  partitionBy,
  clusterBy = [],
}: Layout): Pick<TableResource, 'timePartitioning' | 'clustering'> {
  return {
    ...(partitionBy === 'loaded_at' ? { timePartitioning: { type: 'DAY', field: 'loaded_at' } } : {}),
    ...(partitionBy === 'period' ? { timePartitioning: { type: 'MONTH' } } : {}),
    ...(clusterBy.length > 0 ? { clustering: { fields: clusterBy } } : {}),
  };
}

function described(meaning: string): Partial<TableResource> {
  return { labels: OUR_LABELS, ...(meaning ? { description: meaning.slice(0, LONGEST_DESCRIPTION) } : {}) };
}

/** A table reference of the API. */
export function referenceTo({ project, dataset, table }: TablePath): TableResource['tableReference'] {
  return { projectId: project, datasetId: dataset, tableId: table };
}
