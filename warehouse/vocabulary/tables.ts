import type { FieldType } from './field.ts';
import { type Column, columnOf, type FieldName, type RowOf } from './fields.ts';

/** What a warehouse column can hold; `float` occurs only where RudderStack made the column. */
export type ColumnType = FieldType | 'float';

export interface ColumnShape {
  readonly name: string;
  readonly type: ColumnType;
  readonly optional: boolean;
  readonly meaning?: string;
}

/** How an engine that bills by what is read lays a table out; one that does not need not heed it. */
export interface Layout {
  /** `loaded_at`: a partition a day of that column. `period`: one a month, named when it is written. */
  readonly partitionBy?: 'loaded_at' | 'period';
  /** Nobody reads the table without saying which partitions; needs `partitionBy: 'loaded_at'`. */
  readonly filterRequired?: true;
  /** Rows that are alike in these lie together; at most four. */
  readonly clusterBy?: readonly string[];
}

/** SQL: a condition for who means all of a table that nobody reads without saying which partitions. */
export const ALL_PARTITIONS = `loaded_at >= timestamp '1970-01-01 00:00:00+00'`;

/** A table as an engine sees it. */
export interface TableShape {
  /** Dataset and table: `ledger.closes`. */
  readonly name: string;
  readonly meaning: string;
  readonly columns: readonly ColumnShape[];
  readonly layout?: Layout;
}

/** A table of the vocabulary, declared once: row type, DDL and JSON Schema follow from it. */
export interface Table<C extends Column = Column> extends TableShape {
  readonly fields: readonly C[];
  /** What one row is about; no two rows share it. */
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

/** What columns are called and hold, in their order; JSON is text in every engine. */
export function signatureOf(columns: readonly ColumnShape[]): string[] {
  return columns.map(({ name, type }) => `${name} ${type === 'json' ? 'string' : type}`);
}

/**
 * The JSON Schema of a row as programs receive it: exact numerics, instants and dates as strings, counts and minor units
 * as integers.
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
