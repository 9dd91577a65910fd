/**
 * The partition of a period in SQL. A statement must name `_PARTITIONTIME`, the first instant of the month, to write into the
 * partition and to read no other: https://cloud.google.com/bigquery/docs/using-dml-with-partitioned-tables
 */
export function partitionTime(period: string): string {
  return `timestamp '${period}-01 00:00:00+00'`;
}

/** The same, of the period in a column. */
export function partitionTimeIn(column: string): string {
  return `cast(concat(${column}, '-01 00:00:00+00') as timestamp)`;
}
