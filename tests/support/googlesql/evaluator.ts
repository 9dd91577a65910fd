import type { ColumnType } from '../../../warehouse/vocabulary/tables.ts';
import type { Value } from '../../../warehouse/warehouse.ts';
import {
  type CatalogFunction,
  type CatalogTable,
  type Cells,
  contentProto,
  functionProto,
  tableProto,
} from './catalog.ts';
import { asked, type Evaluated, evaluated, usualOptions } from './googlesql.ts';
import { startServer } from './server.ts';
import { kindOf, protoOf, type ValueProto } from './values.ts';

/** A named parameter; with `list`, an array of its type. */
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

/** A resolved node as sent by the service: fields in snake case, the kind of a node in `node`. */
export interface ResolvedNode {
  readonly [field: string]: unknown;
}

/** GoogleSQL with a catalog per statement. All methods throw `GoogleSqlError`. */
export interface Evaluator {
  /** The paths of the tables that a text reads, as segments, without the names of its `with` clauses. */
  tablesOf(sql: string): Promise<readonly (readonly string[])[]>;
  /** The resolved statement of any kind; scans list only the used columns. */
  resolve(statement: Statement): Promise<ResolvedNode>;
  evaluate(statement: Statement, contents: ReadonlyMap<string, readonly Cells[]>): Promise<Evaluated>;
  stop(): void;
}

export async function startEvaluator(): Promise<Evaluator> {
  const { call, stop } = await startServer();
  try {
    const { language, options } = await usualOptions(call);
    const { enabled_rewrites, ...plain } = options;
    const simple_catalog = { builtin_function_options: { language_options: language } };
    const toResolve = { options: { ...plain, prune_unused_columns: true }, simple_catalog };
    const toEvaluate = { options: { ...options, prune_unused_columns: true }, simple_catalog };
    const toExtract = { options: language };
    return {
      stop,
      async tablesOf(sql) {
        const extracting = call<Extracted>('ExtractTableNamesFromStatement', { sql_statement: sql }, toExtract);
        const { table_name = [] } = await asked(extracting);
        return table_name.map(({ table_name_segment }) => table_name_segment);
      },
      async resolve(statement) {
        const request = {
          options: parametersProto(statement),
          simple_catalog: catalogProto(statement),
          sql_statement: statement.sql,
        };
        const analyzing = call<{ resolved_statement: ResolvedNode }>('Analyze', request, toResolve);
        return (await asked(analyzing)).resolved_statement;
      },
      async evaluate(statement, contents) {
        const request = {
          options: parametersProto(statement),
          simple_catalog: catalogProto(statement),
          table_content: Object.fromEntries(
            statement.tables.map(({ name, columns }) => [name, contentProto(columns, contents.get(name) ?? [])]),
          ),
          sql: statement.sql,
          params: statement.parameters.map((parameter) => ({ name: parameter.name, value: parameterProto(parameter) })),
        };
        return evaluated(call, request, toEvaluate);
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

function parametersProto({ parameters }: Statement): object {
  return { query_parameters: parameters.map((parameter) => ({ name: parameter.name, type: typeProto(parameter) })) };
}

/** Without BigQuery's own functions. */
function catalogProto({ tables, functions }: Statement): object {
  return {
    custom_function: functions.map(functionProto),
    table: tables.map(tableProto),
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
