import { columnShape as columnShapeOf, parameterOf } from '../../../warehouse/bigquery/client/types.ts';
import { resolveNames } from '../../../warehouse/bigquery/schema/names.ts';
import type { ColumnShape, TableShape } from '../../../warehouse/vocabulary/tables.ts';
import type { Value, ValueRow } from '../../../warehouse/warehouse.ts';
import { catalogOf, contentProto, filledCatalogOf } from './catalog.ts';
import { type Call, startServer } from './server.ts';
import { kindOf, toExactValue, typeOf, type ValueProto } from './values.ts';

/** GoogleSQL refused a statement or could not evaluate it. `line` and `column` count from 1, if it has a position. */
export class GoogleSqlError extends Error {
  override name = 'GoogleSqlError';
  readonly line: number | undefined;
  readonly column: number | undefined;

  constructor(message: string) {
    super(message);
    const [, line, column] = /\[at (\d+):(\d+)\]/.exec(message) ?? [];
    this.line = line === undefined ? undefined : Number(line);
    this.column = column === undefined ? undefined : Number(column);
  }
}

interface FilledTable {
  readonly shape: TableShape;
  readonly rows: readonly ValueRow[];
}

/** BigQuery's own analyzer and Google's reference evaluator of its SQL. */
export interface GoogleSql {
  /**
   * The columns of a query over the declared tables; its parameters `$1…` have the same types as on BigQuery.
   * Throws `GoogleSqlError` for anything but BigQuery SQL.
   */
  analyze(sql: string, parameters?: readonly Value[]): Promise<readonly ColumnShape[]>;
  /** The rows of a query over exactly these tables. Throws `GoogleSqlError` if BigQuery would fail. */
  evaluate<R extends ValueRow>(sql: string, tables: readonly FilledTable[]): Promise<R[]>;
  stop(): void;
}

/** Features of the newest GoogleSQL that BigQuery does not have. */
const NOT_IN_BIGQUERY = [
  'FEATURE_TIMESTAMP_NANOS',
  'FEATURE_EXTENDED_TYPES',
  'FEATURE_PROTO_BASE',
  'FEATURE_V_1_4_SQL_MACROS',
  'FEATURE_SPANNER_LEGACY_DDL',
];

interface TypedName {
  readonly name: string;
  readonly type: { readonly type_kind: string };
}

/** Starts the service with the declared tables; our functions are always available. */
export async function startGoogleSql(tables: readonly TableShape[]): Promise<GoogleSql> {
  const { call, stop } = await startServer();
  try {
    const { language, options } = await usualOptions(call);
    const simple_catalog = catalogOf(tables, language);
    const { registered_id } = await call<{ registered_id: string }>('RegisterCatalog', { simple_catalog });
    const toAnalyze = { options, registered_catalog_id: registered_id };
    const toEvaluate = { options, simple_catalog: catalogOf([], language) };
    return {
      stop,
      async analyze(sql, parameters = []) {
        const request = {
          options: { query_parameters: parameters.map(parameterProto) },
          sql_statement: resolveNames(sql, (name) => name),
        };
        const { resolved_statement: statement } = await asked(call<Analyzed>('Analyze', request, toAnalyze));
        if (!statement.resolved_query_stmt_node) throw new GoogleSqlError('The statement is not a query.');
        return statement.resolved_query_stmt_node.output_column_list.map(({ name, column }) =>
          columnShape({ name, type: column.type }),
        );
      },
      async evaluate<R extends ValueRow>(sql: string, filled: readonly FilledTable[]) {
        const request = {
          simple_catalog: filledCatalogOf(filled.map(({ shape }) => shape)),
          table_content: Object.fromEntries(filled.map((table) => [table.shape.name, contentOf(table)])),
          sql: filled.reduce((text, { shape }) => withOnePath(text, shape.name), sql),
        };
        const { names, rows } = await evaluated(call, request, toEvaluate);
        return rows.map((cells) => Object.fromEntries(cells.map((value, at) => [names[at], value])) as R);
      },
    };
  } catch (error) {
    stop();
    throw error;
  }
}

interface Analyzed {
  readonly resolved_statement: {
    readonly resolved_query_stmt_node?: {
      readonly output_column_list: readonly { readonly name: string; readonly column: TypedName }[];
    };
  };
}

interface EvaluatedProto {
  readonly content: { readonly table_data?: { readonly row?: readonly { readonly cell: readonly ValueProto[] }[] } };
  readonly prepared: { readonly columns: readonly TypedName[] };
}

/** BigQuery's language options, and the analyzer options for them. */
export async function usualOptions(call: Call): Promise<{ language: object; options: Record<string, unknown> }> {
  const language = await bigQueryLanguage(call);
  const usual = await call<{ enabled_rewrites?: readonly string[] }>('GetAnalyzerOptions', {});
  const options = {
    ...usual,
    // The evaluator needs the body of our functions inlined.
    enabled_rewrites: [...(usual.enabled_rewrites ?? []), 'REWRITE_INLINE_SQL_FUNCTIONS'],
    language_options: language,
    default_timezone: 'UTC',
    error_message_mode: 'ERROR_MESSAGE_ONE_LINE',
  };
  return { language, options };
}

async function bigQueryLanguage(call: Call): Promise<object> {
  const newest = await call<{ enabled_language_features: readonly string[] }>('GetLanguageOptions', {
    maximum_features: true,
  });
  return {
    ...newest,
    product_mode: 'PRODUCT_EXTERNAL',
    supported_statement_kinds: [],
    enabled_language_features: newest.enabled_language_features.filter((name) => !NOT_IN_BIGQUERY.includes(name)),
  };
}

export async function asked<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw new GoogleSqlError((error as { details?: string }).details ?? String(error));
  }
}

/** The result of a query: the names of its columns, and its rows in order. */
export interface Evaluated {
  readonly names: string[];
  readonly rows: Value[][];
}

/** Throws `GoogleSqlError` if BigQuery would fail. `usual`: see `Call`. */
export async function evaluated(call: Call, request: object, usual: object): Promise<Evaluated> {
  const { content, prepared } = await asked(call<EvaluatedProto>('EvaluateQuery', request, usual));
  return {
    names: prepared.columns.map(({ name }) => name),
    rows: (content.table_data?.row ?? []).map(({ cell }) => cell.map(toExactValue)),
  };
}

function parameterProto(value: Value, index: number): object {
  const { name, parameterType } = parameterOf(value, index) as { name: string; parameterType: { type: string } };
  const type = columnShapeOf({ name, type: parameterType.type }).type;
  return { name, type: { type_kind: kindOf(type) } };
}

function columnShape({ name, type }: TypedName): ColumnShape {
  return { name, type: typeOf(type.type_kind), optional: true };
}

function contentOf({ shape: { columns }, rows }: FilledTable): object {
  return contentProto(
    columns,
    rows.map((values) => columns.map(({ name }) => values[name] ?? null)),
  );
}

/** Puts `dataset.table` into one pair of quotes. */
function withOnePath(sql: string, name: string): string {
  return sql.replaceAll(new RegExp(`\\b${name.replace('.', '\\.')}\\b`, 'g'), `\`${name}\``);
}
