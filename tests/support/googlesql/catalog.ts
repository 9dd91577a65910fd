import { FUNCTIONS } from '../../../warehouse/functions/functions.ts';
import type { TableShape } from '../../../warehouse/tables.ts';
import { kindOf } from './values.ts';

/** What the names in a statement may mean: tables in their datasets, and the functions of the house in `fn`. */
export function catalogOf(tables: readonly TableShape[], language: object): object {
  const datasets = Map.groupBy(tables, ({ name }) => datasetAndTable(name)[0]);
  return {
    builtin_function_options: { language_options: language },
    catalog: [
      { name: 'fn', custom_function: FUNCTIONS.map(functionProto) },
      ...[...datasets].map(([name, members]) => ({
        name,
        table: members.map((table) => tableProto(table, datasetAndTable(table.name)[1])),
      })),
    ],
  };
}

/** The same for a statement that is evaluated: only a table at the top can have rows, so the dot is part of its name. */
export function filledCatalogOf(tables: readonly TableShape[], language: object): object {
  return { ...catalogOf([], language), table: tables.map((table) => tableProto(table, table.name)) };
}

function datasetAndTable(name: string): [string, string] {
  const dot = name.indexOf('.');
  return [name.slice(0, dot), name.slice(dot + 1)];
}

function tableProto({ columns }: TableShape, name: string): object {
  return { name, column: columns.map((column) => ({ name: column.name, type: { type_kind: kindOf(column.type) } })) };
}

/** A persistent function takes arguments of any type, as BigQuery's `ANY TYPE`. */
function functionProto({ name, parameters, bigquery }: (typeof FUNCTIONS)[number]): object {
  const anything = { kind: 'ARG_TYPE_ARBITRARY', num_occurrences: 1 };
  return {
    name_path: [name],
    group: 'Templated_SQL_Function',
    mode: 'SCALAR',
    signature: [{ argument: parameters.map(() => anything), return_type: anything }],
    parse_resume_location: { input: bigquery, byte_position: 0, allow_resume: false },
    templated_sql_function_argument_name: parameters,
  };
}
