import { FUNCTIONS } from '../../../warehouse/functions/functions.ts';
import type { ColumnType, TableShape } from '../../../warehouse/vocabulary/tables.ts';
import type { Value } from '../../../warehouse/warehouse.ts';
import { kindOf, protoOf } from './values.ts';

/** A table of a statement: `name` is its name in the text, or the last part of it if it is in a dataset. */
export interface CatalogTable {
  readonly name: string;
  readonly columns: readonly CatalogColumn[];
}

export interface CatalogColumn {
  readonly name: string;
  readonly type: ColumnType;
  /** Can be named, but is not part of `*`. */
  readonly pseudo?: boolean;
}

/** An SQL function; a parameter without a type accepts any, like BigQuery's `ANY TYPE`. */
export interface CatalogFunction {
  readonly name: string;
  readonly parameters: readonly { readonly name: string; readonly type?: ColumnType }[];
  readonly body: string;
}

/** Rows as cells in the order of the table's columns; unused cells may be null. */
export type Cells = readonly Value[];

/** The names that a statement may use: tables in their datasets, and our functions in `fn`. */
export function catalogOf(tables: readonly TableShape[], language: object): object {
  const datasets = Map.groupBy(tables, ({ name }) => datasetAndTable(name)[0]);
  return {
    builtin_function_options: { language_options: language },
    catalog: [
      { name: 'fn', custom_function: ourFunctions() },
      ...[...datasets].map(([name, members]) => ({
        name,
        table: members.map(({ name, columns }) => tableProto({ name: datasetAndTable(name)[1], columns })),
      })),
    ],
  };
}

/** The tables for evaluation, besides a catalog without tables: only a top-level one can have rows, so the dot is part of its name. */
export function filledCatalogOf(tables: readonly TableShape[]): object {
  return { table: tables.map(tableProto) };
}

function datasetAndTable(name: string): [string, string] {
  const dot = name.indexOf('.');
  return [name.slice(0, dot), name.slice(dot + 1)];
}

function ourFunctions(): object[] {
  return FUNCTIONS.map(({ name, parameters, bigquery }) =>
    functionProto({ name, parameters: parameters.map((parameter) => ({ name: parameter })), body: bigquery }),
  );
}

export function tableProto({ name, columns }: CatalogTable): object {
  return {
    name,
    column: columns.map((column) => ({
      name: column.name,
      type: { type_kind: kindOf(column.type) },
      is_pseudo_column: column.pseudo ?? false,
    })),
  };
}

export function functionProto({ name, parameters, body }: CatalogFunction): object {
  const anything = { kind: 'ARG_TYPE_ARBITRARY', num_occurrences: 1 };
  const argument = parameters.map(({ type }) =>
    type === undefined ? anything : { kind: 'ARG_TYPE_FIXED', type: { type_kind: kindOf(type) }, num_occurrences: 1 },
  );
  return {
    name_path: [name],
    group: 'Templated_SQL_Function',
    mode: 'SCALAR',
    signature: [{ argument, return_type: anything }],
    parse_resume_location: { input: body, byte_position: 0, allow_resume: false },
    templated_sql_function_argument_name: parameters.map((parameter) => parameter.name),
  };
}

/** The rows of a table. */
export function contentProto(columns: readonly CatalogColumn[], rows: readonly Cells[]): object {
  const types = columns.map(({ type }) => type);
  return {
    table_data: {
      row: rows.map((cells) => ({ cell: types.map((type, at) => protoOf(cells[at] ?? null, type)) })),
    },
  };
}
