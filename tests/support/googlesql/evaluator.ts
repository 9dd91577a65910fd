import type { ColumnType } from '../../../warehouse/tables.ts';
import type { Value } from '../../../warehouse/warehouse.ts';
import { asked, type TypedName, usualOptions } from './googlesql.ts';
import { startServer } from './server.ts';
import { exactValue, kindOf, protoOf, type ValueProto } from './values.ts';

/** A table as one statement sees it: `name` is the one quoted path by which the text calls it. */
export interface CatalogTable {
  readonly name: string;
  readonly columns: readonly CatalogColumn[];
}

export interface CatalogColumn {
  readonly name: string;
  readonly type: ColumnType;
  /** Can be named, but is no part of `*`. */
  readonly pseudo?: boolean;
}

/** A SQL function under one quoted path; a parameter without a type takes any. */
export interface CatalogFunction {
  readonly name: string;
  readonly parameters: readonly { readonly name: string; readonly type?: ColumnType }[];
  readonly body: string;
}

/** A named parameter; with `list` an array of its type. */
export interface Parameter {
  readonly name: string;
  readonly type: ColumnType;
  readonly list: boolean;
  readonly value: Value | readonly Value[];
}

export interface Statement {
  readonly sql: string;
  readonly tables: readonly CatalogTable[];
  readonly functions: readonly CatalogFunction[];
  readonly parameters: readonly Parameter[];
}

/** Rows as cells in the order of the table's columns; what the statement does not read may be null. */
export type Cells = readonly Value[];

/** A resolved node as the service sends it: fields in snake case, the kind of a node in its `node`. */
export interface ResolvedNode {
  readonly [field: string]: unknown;
}

/** GoogleSQL over a catalog that comes with each statement. All throw `GoogleSqlError`. */
export interface Evaluator {
  /** The paths of the tables that a text reads, each as its segments; names of its own `with` are none. */
  tablesOf(sql: string): Promise<readonly (readonly string[])[]>;
  /** The resolved statement of any kind; scans list the columns that matter and no others. */
  resolve(statement: Statement): Promise<ResolvedNode>;
  evaluate(
    statement: Statement,
    contents: ReadonlyMap<string, readonly Cells[]>,
  ): Promise<{ names: string[]; rows: Value[][] }>;
  stop(): void;
}

export async function startEvaluator(): Promise<Evaluator> {
  const { call, stop } = await startServer();
  try {
    const { language, options } = await usualOptions(call);
    const optionsFor = ({ parameters }: Statement): object => ({
      ...options,
      prune_unused_columns: true,
      query_parameters: parameters.map((parameter) => ({ name: parameter.name, type: typeProto(parameter) })),
    });
    return {
      stop,
      async tablesOf(sql) {
        const request = { sql_statement: sql, options: language };
        const { table_name = [] } = await asked(call<Extracted>('ExtractTableNamesFromStatement', request));
        return table_name.map(({ table_name_segment }) => table_name_segment);
      },
      async resolve(statement) {
        const { enabled_rewrites, ...plain } = optionsFor(statement) as Record<string, unknown>;
        const request = {
          options: plain,
          simple_catalog: catalogProto(statement, language),
          sql_statement: statement.sql,
        };
        return (await asked(call<{ resolved_statement: ResolvedNode }>('Analyze', request))).resolved_statement;
      },
      async evaluate(statement, contents) {
        const request = {
          options: optionsFor(statement),
          simple_catalog: catalogProto(statement, language),
          table_content: Object.fromEntries(
            statement.tables.map(({ name, columns }) => [name, contentProto(columns, contents.get(name) ?? [])]),
          ),
          sql: statement.sql,
          params: statement.parameters.map((parameter) => ({ name: parameter.name, value: parameterProto(parameter) })),
        };
        const { content, prepared } = await asked(call<Evaluated>('EvaluateQuery', request));
        return {
          names: prepared.columns.map(({ name }) => name),
          rows: (content.table_data?.row ?? []).map(({ cell }) => cell.map(exactValue)),
        };
      },
    };
  } catch (error) {
    stop();
    throw error;
  }
}

interface Extracted {
  readonly table_name?: readonly { readonly table_name_segment: readonly string[] }[];
}

interface Evaluated {
  readonly content: { readonly table_data?: { readonly row?: readonly { readonly cell: readonly ValueProto[] }[] } };
  readonly prepared: { readonly columns: readonly TypedName[] };
}

function catalogProto({ tables, functions }: Statement, language: object): object {
  return {
    builtin_function_options: { language_options: language },
    custom_function: functions.map(functionProto),
    table: tables.map(({ name, columns }) => ({
      name,
      column: columns.map((column) => ({
        name: column.name,
        type: { type_kind: kindOf(column.type) },
        is_pseudo_column: column.pseudo ?? false,
      })),
    })),
  };
}

function functionProto({ name, parameters, body }: CatalogFunction): object {
  const anything = { kind: 'ARG_TYPE_ARBITRARY', num_occurrences: 1 };
  return {
    name_path: [name],
    group: 'Templated_SQL_Function',
    mode: 'SCALAR',
    signature: [
      {
        argument: parameters.map(({ type }) =>
          type === undefined
            ? anything
            : { kind: 'ARG_TYPE_FIXED', type: { type_kind: kindOf(type) }, num_occurrences: 1 },
        ),
        return_type: anything,
      },
    ],
    parse_resume_location: { input: body, byte_position: 0, allow_resume: false },
    templated_sql_function_argument_name: parameters.map((parameter) => parameter.name),
  };
}

function typeProto({ type, list }: Parameter): object {
  const element = { type_kind: kindOf(type) };
  return list ? { type_kind: 'TYPE_ARRAY', array_type: { element_type: element } } : element;
}

function parameterProto({ type, value }: Parameter): ValueProto {
  if (Array.isArray(value)) return { array_value: { element: value.map((element) => protoOf(element, type)) } };
  return protoOf(value as Value, type);
}

function contentProto(columns: readonly CatalogColumn[], rows: readonly Cells[]): object {
  const types = columns.map(({ type }) => type);
  return {
    table_data: {
      row: rows.map((cells) => ({ cell: types.map((type, at) => protoOf(cells[at] ?? null, type)) })),
    },
  };
}
