import type { FieldType } from './field.ts';
import { type Column, columnOf, type FieldName, type RowOf } from './fields.ts';

/** The type of a warehouse column; `float` occurs only in columns that RudderStack created. */
export type ColumnType = FieldType | 'float';

export interface ColumnShape {
  readonly name: string;
  readonly type: ColumnType;
  readonly optional: boolean;
  readonly meaning?: string;
  /** Whether RudderStack itself is configured to store this text as JSON text, in quotes, so that it changes nothing in it. */
  readonly isQuotedByRudderStack?: true;
}

/** The physical layout of a table on an engine that bills by bytes read; other engines ignore it. */
export interface Layout {
  /** `loaded_at`: one partition per day of that column. `period`: one per month, named when it is written. */
  readonly partitionBy?: 'loaded_at' | 'period';
  /** Queries must filter by partition; requires `partitionBy: 'loaded_at'`. */
  readonly filterRequired?: true;
  /** The clustering columns; at most four. */
  readonly clusterBy?: readonly string[];
}

/** An SQL condition that selects all partitions of a table with `filterRequired`. */
export const ALL_PARTITIONS = `loaded_at >= timestamp '1970-01-01 00:00:00+00'`;

/** A table as an engine sees it. */
export interface TableShape {
  /** Dataset and table: `ledger.closes`. */
  readonly name: string;
  readonly meaning: string;
  readonly columns: readonly ColumnShape[];
  readonly layout?: Layout;
}

/** A declared table; its row type, DDL and JSON Schema are derived from it. */
export interface Table<C extends Column = Column> extends TableShape {
  readonly fields: readonly C[];
  /** The grain: no two rows have the same key. */
  readonly key: readonly FieldName[];
}

/** The row type of a declared table. */
export type Row<T extends { readonly fields: readonly Column[] }> = RowOf<T['fields'][number]>;

interface TableDeclaration<C extends Column> {
  readonly name: string;
  readonly meaning: string;
  readonly fields: readonly C[];
  readonly key: readonly FieldName[];
  readonly layout?: Layout;
}

export function defineTable<const C extends Column>(declaration: TableDeclaration<C>): Table<C> {
  return { ...declaration, columns: shapeOf(declaration.fields) };
}

export function shapeOf(fields: readonly Column[]): readonly ColumnShape[] {
  return fields.map(columnOf).map(({ name, optional, field }) => ({
    name,
    type: field.type,
    optional,
    meaning: field.meaning,
  }));
}

/**
 * The JSON Schema of a row in API responses: exact numerics, instants and dates are strings, counts and minor units are
 * integers.
 */
export function rowSchema(table: Pick<Table, 'fields' | 'meaning'>): object {
  const columns = table.fields.map(columnOf);
  return {
    type: 'object',
    description: table.meaning,
    properties: Object.fromEntries(
      columns.map(({ name, optional, field }) => {
        const type = field.type === 'int64' ? 'integer' : field.type === 'bool' ? 'boolean' : 'string';
        return [name, { type: optional ? [type, 'null'] : type, description: field.meaning }];
      }),
    ),
    required: columns.map(({ name }) => name),
    additionalProperties: false,
  };
}
