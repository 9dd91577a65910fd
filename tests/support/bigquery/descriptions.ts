import type { PartitioningResource } from './job-resource.ts';
import { invalid, unable } from './refusal.ts';
import type { Field } from './schema.ts';
import type { Partitioning, Table } from './storage.ts';

/** The layout of a table in the form of the API. */
export interface LayoutResource {
  readonly timePartitioning?: PartitioningResource;
  readonly clustering?: { readonly fields: readonly string[] };
  readonly requirePartitionFilter?: boolean;
}

export function readDescription(resource: LayoutResource, fields: readonly Field[]): Partial<Table> {
  const { timePartitioning: given, clustering, requirePartitionFilter } = resource;
  const partitioning = given && readPartitioning(given, fields);
  const filterRequired = requirePartitionFilter ?? given?.requirePartitionFilter;
  if (filterRequired && !partitioning) {
    throw invalid('require_partition_filter can only be set for a partitioned table.');
  }
  if (filterRequired && partitioning?.field === undefined) {
    throw unable('demand a filter over the time of ingestion');
  }
  for (const name of clustering?.fields ?? []) {
    if (!fields.some((field) => field.name === name)) {
      throw invalid(`The field specified for clustering cannot be found in the schema. Field: ${name}`);
    }
  }
  if ((clustering?.fields.length ?? 0) > 4) throw invalid('At most 4 fields can be specified for clustering.');
  return {
    ...(partitioning && { partitioning }),
    ...(filterRequired === undefined ? {} : { filterRequired }),
    ...(clustering && { clustering: clustering.fields }),
  };
}

function readPartitioning({ type, field, expirationMs }: PartitioningResource, fields: readonly Field[]): Partitioning {
  if (type !== 'DAY' && type !== 'MONTH') throw unable(`partition by ${type}`);
  if (field !== undefined) {
    const column = fields.find(({ name }) => name === field);
    if (!column) throw invalid(`The field specified for partitioning cannot be found in the schema. Field: ${field}`);
    if (column.type !== 'timestamp' && column.type !== 'date') {
      throw invalid('The field specified for time partitioning can only be of type TIMESTAMP, DATE or DATETIME.');
    }
  }
  if (expirationMs !== undefined) throw unable('let partitions expire');
  return { type, ...(field === undefined ? {} : { field }) };
}
