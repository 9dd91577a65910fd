import type { SqlFunction } from '../functions/function.ts';
import type { ColumnShape, TableShape } from '../vocabulary/tables.ts';
import { duckdbType } from './types.ts';

/** A name with each of its parts quoted: `"ledger"."closes"`. */
export function quoted(name: string): string {
  return name
    .split('.')
    .map((part) => `"${part.replaceAll('"', '""')}"`)
    .join('.');
}

/** A text as a literal of SQL. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** The names of columns of which few rows have the same text. */
const IDS =
  /^(?:id_stripe|(?:journal|movement|revenue_event|sale|fact|payout|break|flow)_id|(?:source|charge|transfer|balance_transaction)_id_stripe|source_reference)$/;

/**
 * How a column is stored, where the engine need not find out by trying each compression. Drafts are written anew by each build, so they are
 * not compressed at all; they take six times the place. Ids end at FSST, and trying takes longer than writing them. It may not where a text
 * comes again and again, as those of creators do, who then take a quarter of the place in a dictionary; nor in raw rows, of which a developer
 * has many one after the other.
 */
function compressionOf({ name, layout }: TableShape, column: ColumnShape): string | undefined {
  if (name.startsWith('draft.')) return 'uncompressed';
  const isRaw = layout?.partitionBy === 'loaded_at';
  return !isRaw && column.type === 'string' && IDS.test(column.name) ? 'fsst' : undefined;
}

/** Of a published table, which is written as a whole each time: to try the compressions of texts takes as long as writing all of it. */
function publishedCompressionOf({ name, type }: ColumnShape): string | undefined {
  if (type !== 'string') return undefined;
  return IDS.test(name) ? 'fsst' : 'dictionary';
}

export function createTable(table: TableShape, { replaces = false, isPublished = false } = {}): string {
  const columns = table.columns.map((column) => {
    const compression = isPublished ? publishedCompressionOf(column) : compressionOf(table, column);
    return `${columnDdl(column)}${compression ? ` using compression ${compression}` : ''}${column.optional ? '' : ' NOT NULL'}`;
  });
  return `create ${replaces ? 'or replace ' : ''}table ${quoted(table.name)} (${columns.join(', ')})`;
}

/**
 * An added column is nullable, since existing rows have no value. Only the partition column of a table with `filterRequired`
 * has a default, so that a filter on partitions still finds those rows.
 */
export function addColumn({ name, layout }: TableShape, column: ColumnShape): string {
  const isFiltered = layout?.filterRequired && layout.partitionBy === column.name;
  return `alter table ${quoted(name)} add column ${columnDdl(column)}${isFiltered ? ` default timestamptz '1970-01-01 00:00:00+00'` : ''}`;
}

export function createFunctions(functions: readonly SqlFunction[]): string[] {
  return [
    'create schema if not exists fn',
    ...functions.map(
      ({ name, parameters, duckdb }) => `create or replace macro fn.${name}(${parameters.join(', ')}) as (${duckdb})`,
    ),
  ];
}

function columnDdl(column: ColumnShape): string {
  return `${quoted(column.name)} ${duckdbType(column.type)}`;
}
