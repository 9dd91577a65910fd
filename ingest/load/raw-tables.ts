import { isFreeText } from '../../warehouse/vocabulary/field.ts';
import { columnOf } from '../../warehouse/vocabulary/fields.ts';
import type { ColumnType, TableShape } from '../../warehouse/vocabulary/tables.ts';
import { CATALOGUE } from '../events/catalogue.ts';
import type { EventDeclaration } from '../events/event.ts';
import { columnName, tableName } from '../rudder/names.ts';
import { STANDARD_COLUMNS } from '../rudder/standard-columns.ts';
import type { ColumnType as RudderType } from '../rudder/types.ts';

const WAREHOUSE_TYPE: Readonly<Record<RudderType, ColumnType>> = {
  string: 'string',
  int: 'int64',
  float: 'float',
  boolean: 'bool',
  datetime: 'timestamp',
};

const RUDDER_TYPE: Partial<Record<ColumnType, RudderType>> = {
  string: 'string',
  json: 'string',
  numeric: 'string',
  int64: 'int',
  float: 'float',
  bool: 'boolean',
  timestamp: 'datetime',
};

/**
 * The columns of free text of each event's table: titles, names, reasons, ids of other systems. They may look like a date, which
 * RudderStack's mapping would write in another form; they are stored as they were sent.
 */
export const FREE_TEXTS: ReadonlyMap<string, readonly string[]> = new Map(
  CATALOGUE.map((event) => [
    tableName(event.name),
    event.properties
      .map(columnOf)
      .filter(({ field }) => isFreeText(field))
      .map(({ name }) => name),
  ]),
);

/** A raw table as RudderStack creates it: every column is nullable. */
export function rawTable(name: string, columns: Readonly<Record<string, RudderType>>): TableShape {
  const texts = FREE_TEXTS.get(name) ?? [];
  return {
    name: `raw.${name}`,
    meaning: `The table ${name}, as RudderStack's BigQuery destination creates it.`,
    columns: Object.entries(columns).map(([column, type]) => ({
      name: column,
      type: WAREHOUSE_TYPE[type],
      optional: true,
      ...(texts.includes(column) ? { isQuotedByRudderStack: true } : {}),
    })),
    layout: { partitionBy: 'loaded_at', clusterBy: ['id'] },
  };
}

/** https://cloud.google.com/bigquery/docs/schemas#column_names */
const RESERVED =
  /^_(?:table_|file_|partition|row_timestamp|_root__|colidentifier|change_(?:sequence_number|type|timestamp))/i;

/** Whether BigQuery refuses to create a column of this name: it has other characters, or a prefix that BigQuery reserves. */
export function isRefusedColumn(name: string): boolean {
  return !/^[a-z_][a-z0-9_]*$/i.test(name) || (name.startsWith('_') && RESERVED.test(name));
}

/** RudderStack's name of the type of a raw table's column; undefined for a type that RudderStack does not use. */
export function rudderType(type: ColumnType): RudderType | undefined {
  return RUDDER_TYPE[type];
}

/** `tracks` and the table of each event of the catalogue, created in advance, so that models can read them before the first event. */
export const RAW_TABLES: readonly TableShape[] = [rawTable('tracks', STANDARD_COLUMNS), ...CATALOGUE.map(eventTable)];

function eventTable(event: EventDeclaration): TableShape {
  const properties = event.properties
    .map(columnOf)
    .map(({ name, field }) => [columnName(name), rudderType(field.type) ?? 'string'] as const);
  return rawTable(tableName(event.name), {
    ...STANDARD_COLUMNS,
    event_version: 'int',
    ...Object.fromEntries(properties),
  });
}
