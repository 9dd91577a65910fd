import { FUNCTIONS } from '../functions/functions.ts';
import type { ColumnShape, TableShape } from '../vocabulary/tables.ts';
import { duckdbType } from './types.ts';

/** A name of the house is lower-case words; anything else is quoted. */
export function quoted(name: string): string {
  return name
    .split('.')
    .map((part) => `"${part.replaceAll('"', '""')}"`)
    .join('.');
}

export function createTable(table: TableShape): string {
  const columns = table.columns.map((column) => `${columnDdl(column)}${column.optional ? '' : ' NOT NULL'}`);
  return `create table ${quoted(table.name)} (${columns.join(', ')})`;
}

/**
 * A column that comes later is always nullable: the rows before it have no value. Only the one that says which partition a
 * row is in has to have one, where every reader names partitions: those from before it are in the oldest.
 */
export function addColumn({ name, layout }: TableShape, column: ColumnShape): string {
  const isAsked = layout?.filterRequired && layout.partitionBy === column.name;
  return `alter table ${quoted(name)} add column ${columnDdl(column)}${isAsked ? ` default timestamptz '1970-01-01 00:00:00+00'` : ''}`;
}

export function createFunctions(): string[] {
  return [
    'create schema if not exists fn',
    ...FUNCTIONS.map(
      ({ name, parameters, duckdb }) => `create or replace macro fn.${name}(${parameters.join(', ')}) as (${duckdb})`,
    ),
  ];
}

function columnDdl(column: ColumnShape): string {
  return `${quoted(column.name)} ${duckdbType(column.type)}`;
}
