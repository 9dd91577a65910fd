import { sha256Hex } from '../../ids.ts';
import { FIELDS, type FieldName } from '../../vocabulary/fields.ts';
import type { ColumnType } from '../../vocabulary/tables.ts';
import {
  type BiRole,
  isInParts,
  PART_COLUMN,
  type PublishedTable,
  type Reference,
  wholeForFinance,
} from '../published-table.ts';

/** Without personal columns, for everybody; and those tables that have some, with all their columns, for finance. */
export const SHARED_SCHEMA = 'tantieme';
export const FINANCE_SCHEMA = 'tantieme_finance';
/** What the publisher itself records; nobody else reads it. */
export const STATE_SCHEMA = 'tantieme_publisher';

/** A table in a schema of PostgreSQL, and what clients find out about it. */
export interface PlacedTable {
  readonly schema: string;
  readonly table: PublishedTable;
  readonly readers: readonly BiRole[];
  readonly foreignKeys: readonly ForeignKey[];
}

interface ForeignKey extends Reference {
  readonly name: string;
  /** The schema of the other table. */
  readonly schema: string;
}

/**
 * Each table once, and once more with all its columns for finance if it has personal ones. Finance reads those instead of the shared ones,
 * so a column of a shared table refers to both forms of the other table: each role sees the one that it may read.
 */
export function placedTables(tables: Readonly<Record<BiRole, readonly PublishedTable[]>>): readonly PlacedTable[] {
  const full = wholeForFinance(tables);
  const isIn = (some: readonly PublishedTable[], name: string): boolean => some.some((each) => each.name === name);
  const schemasOf = (name: string): readonly string[] => [
    ...(isIn(tables.analyst, name) ? [SHARED_SCHEMA] : []),
    ...(isIn(full, name) ? [FINANCE_SCHEMA] : []),
  ];
  const placed = (schema: string, table: PublishedTable, readers: readonly BiRole[]): PlacedTable => ({
    ...{ schema, table, readers },
    foreignKeys: table.references.flatMap((reference) =>
      schemasOf(reference.table).map((other) => ({
        ...reference,
        schema: other,
        name: nameOf(`${table.name}_${reference.column}_${other}`),
      })),
    ),
  });
  return [
    ...tables.analyst.map((table) =>
      placed(SHARED_SCHEMA, table, isIn(full, table.name) ? ['analyst'] : ['analyst', 'finance']),
    ),
    ...full.map((table) => placed(FINANCE_SCHEMA, table, ['finance'])),
  ];
}

/** PostgreSQL cuts names after 63 bytes. */
function nameOf(text: string): string {
  return text.length <= 63 ? text : `${text.slice(0, 54)}_${sha256Hex(text).slice(0, 8)}`;
}

/** The bytes of a text decide its order, as in the warehouse; so do those of an index. */
const TYPES: Readonly<Record<ColumnType, string>> = {
  string: 'text collate "C"',
  json: 'text collate "C"',
  int64: 'bigint',
  numeric: 'numeric(38, 9)',
  bool: 'boolean',
  timestamp: 'timestamptz',
  date: 'date',
  float: 'double precision',
};

export const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;
export const pathOf = ({ schema, table }: Pick<PlacedTable, 'schema' | 'table'>): string =>
  `${identifier(schema)}.${identifier(table.name)}`;

/** VACUUM would lock out readers while it cuts off an empty end, which the next publication fills. */
const WITHOUT_CUT = 'with (vacuum_truncate = false)';

/** The statements that create an empty table with its key, indexes, comments and rights, but without foreign keys. */
export function creating(placed: PlacedTable): readonly string[] {
  const { table, readers } = placed;
  const path = pathOf(placed);
  const isRequired = (name: string): boolean => table.key.includes(name) && !isNullable(table, name);
  const columns = table.columns.map(
    ({ name, type }) => `${identifier(name)} ${TYPES[type]}${isRequired(name) ? ' not null' : ''}`,
  );
  const key = table.key.map(identifier).join(', ');
  // A key of which a part may be missing is no primary key.
  const keys = table.key.every(isRequired) ? [`primary key (${key})`] : [];
  return [
    `create table ${path} (${[...columns, ...keys].join(', ')}) ${WITHOUT_CUT}`,
    ...(keys.length === 0 ? [`create index on ${path} (${key})`] : []),
    ...indexed(table).map((column) => `create index on ${path} (${identifier(column)})`),
    `comment on table ${path} is ${literal(table.meaning)}`,
    ...table.columns.map(
      ({ name, meaning = '' }) => `comment on column ${path}.${identifier(name)} is ${literal(meaning)}`,
    ),
    // Metabase finds primary keys only for a role with more than SELECT; REFERENCES lets it do nothing without CREATE.
    `grant select, references on ${path} to ${readers.map(roleName).join(', ')}`,
  ];
}

function isNullable(table: PublishedTable, name: string): boolean {
  return table.columns.find((column) => column.name === name)?.optional === true || !(name in FIELDS);
}

/** Filters of dashboards: the period, unless the key begins with it, and the creator. */
function indexed({ columns, key }: PublishedTable): string[] {
  return [PART_COLUMN, 'creator_id' satisfies FieldName].filter(
    (name) => key[0] !== name && columns.some((column) => column.name === name),
  );
}

export function addingForeignKey(placed: PlacedTable, { name, column, schema, table, to }: ForeignKey): string {
  return `alter table ${pathOf(placed)} add constraint ${identifier(name)} foreign key (${identifier(column)}) references ${identifier(schema)}.${identifier(table)} (${identifier(to)})`;
}

/** The rows whose value is missing in the other table. */
export function orphansOf(placed: PlacedTable, { column, schema, table, to }: ForeignKey): string {
  return `select count(*) as count from ${pathOf(placed)} as referring
    where ${identifier(column)} is not null
      and not exists (select 1 from ${identifier(schema)}.${identifier(table)} as found where found.${identifier(to)} = referring.${identifier(column)})`;
}

export function deletingPart(placed: PlacedTable, period: string): string {
  return isInParts(placed.table)
    ? `delete from ${pathOf(placed)} where ${PART_COLUMN} = ${literal(period)}`
    : `delete from ${pathOf(placed)}`;
}

export function copying(placed: PlacedTable): string {
  return `copy ${pathOf(placed)} (${placed.table.columns.map(({ name }) => identifier(name)).join(', ')}) from stdin (format csv)`;
}

export function roleName(role: BiRole): string {
  return `tantieme_${role}`;
}
