import pg from 'pg';
import { afterAll, beforeAll } from 'vitest';
import { publishedSql } from '../../transforms/metrics/published-sql.ts';
import { openDuckDb } from '../../warehouse/duckdb/duckdb.ts';
import type { ColumnType, TableShape } from '../../warehouse/vocabulary/tables.ts';
import type { Value, ValueRow, Warehouse } from '../../warehouse/warehouse.ts';
import { type GoogleSql, startGoogleSql } from './googlesql/googlesql.ts';
import { missingGoogleSql } from './googlesql/server.ts';
import { postgresServer } from './postgres-server.ts';
import { type GivenTable, INPUT_TABLES } from './scenarios.ts';
import { warnSkipped } from './skipped-tests.ts';

/** A query over marts on DuckDB, BigQuery's evaluator and PostgreSQL, as far as they are there. */

if (missingGoogleSql) warnSkipped(`metrics and cards do not run on GoogleSQL: ${missingGoogleSql}.`);

/** One of its own for each process, as other tests may use the same server. */
const SCHEMA = `marts_${process.pid}`;
const POSTGRESQL_TYPES: Readonly<Record<ColumnType, string>> = {
  string: 'text',
  int64: 'bigint',
  numeric: 'numeric(38, 9)',
  bool: 'boolean',
  timestamp: 'timestamptz',
  date: 'date',
  json: 'text',
  float: 'double precision',
};

/** The engines that are there. */
export const PUBLISHED_ENGINES: readonly string[] = [
  'DuckDB',
  ...(missingGoogleSql ? [] : ['BigQuery']),
  ...(postgresServer ? ['PostgreSQL'] : []),
];

type PublishedRows = (sql: string, given: readonly GivenTable[]) => Promise<readonly string[]>;

/** Opens the engines for a file of tests; `rowsOn` gives the rows of a query by engine, each as text, sorted. */
export function publishedEngines(): { rowsOn(engine: string): PublishedRows } {
  let warehouse: Warehouse;
  let googleSql: GoogleSql | undefined;
  let client: pg.Client | undefined;
  beforeAll(async () => {
    warehouse = await openDuckDb({ path: ':memory:' });
    await warehouse.transaction((writer) =>
      writer.migrate(INPUT_TABLES.filter(({ name }) => name.startsWith('tantieme.'))),
    );
    if (!missingGoogleSql) googleSql = await startGoogleSql([]);
    if (postgresServer) client = await postgresqlAt(postgresServer);
  });
  afterAll(async () => {
    googleSql?.stop();
    await warehouse?.close();
    await client?.query(`drop schema ${SCHEMA} cascade`);
    await client?.end();
  });
  return {
    rowsOn: (engine) => {
      if (engine === 'BigQuery' && googleSql) return onBigQuery(googleSql);
      if (engine === 'PostgreSQL' && client) return onPostgresql(client);
      return (sql, given) => onDuckDb(warehouse, sql, given);
    },
  };
}

async function onDuckDb(warehouse: Warehouse, sql: string, given: readonly GivenTable[]): Promise<readonly string[]> {
  const published = publishedSql(sql, { engine: 'duckdb', schema: 'tantieme' });
  const rows = await warehouse.withRollback(async (writer) => {
    for (const { shape, rows } of given) await writer.append(shape, rows);
    return writer.query(published);
  });
  return asTexts(rows);
}

const onBigQuery =
  (googleSql: GoogleSql): PublishedRows =>
  async (sql, given) =>
    asTexts(await googleSql.evaluate(publishedSql(sql, { engine: 'bigquery', schema: 'tantieme' }), given));

const onPostgresql =
  (client: pg.Client): PublishedRows =>
  async (sql, given) => {
    await client.query('begin');
    try {
      for (const { shape, rows } of given) await fill(client, shape, rows);
      const text = publishedSql(sql, { engine: 'postgresql', schema: SCHEMA });
      // Every value as the server writes it: the driver would make numbers and dates of some.
      const asWritten = { getTypeParser: () => (value: string) => value };
      return asTexts((await client.query({ text, types: asWritten as unknown as pg.CustomTypesConfig })).rows);
    } finally {
      await client.query('rollback');
    }
  };

async function postgresqlAt(connectionString: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  await client.query(`create schema ${SCHEMA}`);
  return client;
}

async function fill(client: pg.Client, { name, columns }: TableShape, rows: readonly ValueRow[]): Promise<void> {
  const table = name.replace('tantieme.', `${SCHEMA}.`);
  const types = columns.map((column) => `${column.name} ${POSTGRESQL_TYPES[column.type]}`);
  await client.query(`create table ${table} (${types.join(', ')})`);
  const places = columns.map((_, at) => `$${at + 1}`).join(', ');
  for (const row of rows) {
    const values = columns.map((column) => row[column.name] ?? null);
    await client.query(`insert into ${table} values (${places})`, values.map(parameterOf));
  }
}

const parameterOf = (value: Value): Value => (typeof value === 'bigint' ? String(value) : value);

function asTexts(rows: readonly ValueRow[]): readonly string[] {
  return rows
    .map((row) =>
      Object.entries(row)
        .map(([name, value]) => `${name}: ${withoutZeros(String(value))}`)
        .join(', '),
    )
    .sort();
}

/** PostgreSQL writes a numeric with all nine places. */
const withoutZeros = (text: string): string => (/^-?\d+\.\d+$/.test(text) ? text.replace(/\.?0+$/, '') : text);
