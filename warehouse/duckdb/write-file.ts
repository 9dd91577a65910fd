import type { DuckDBConnection } from '@duckdb/node-api';
import { randomId } from '../ids.ts';
import { invariant } from '../invariant.ts';
import type { FileContent, Totals, WrittenTable } from '../published/database-files.ts';
import { type PublishedTable, summedColumns } from '../published/published-table.ts';
import { assertTotals } from '../published/totals.ts';
import type { Value, ValueRow } from '../warehouse.ts';
import { createTable, literal, quoted } from './ddl.ts';
import { rowsOf } from './results.ts';

/** So that older and newer clients read it: https://duckdb.org/docs/stable/internals/storage */
const STORAGE = `(storage_version 'v1.0.0')`;

/**
 * Writes a database file in one transaction, on a connection that is used for nothing else. The file is attached under a random name: that
 * of the file would hide a schema of the warehouse.
 */
export async function writeFile(
  connection: DuckDBConnection,
  file: string,
  { tables, conclude }: FileContent,
): Promise<void> {
  const database = randomId('published');
  const reader = {
    query: <R extends ValueRow>(sql: string, parameters: readonly Value[] = []) =>
      rowsOf<R>(connection, sql, parameters),
  };
  await connection.run(`attach ${literal(file)} as ${database} ${STORAGE}`);
  try {
    await connection.run('begin transaction');
    for (const each of tables) await create(connection, database, each);
    const totals = new Map<string, Totals>();
    for (const { table, select } of tables) {
      const written = await totalsOf(connection, table, `${database}.main.${quoted(table.name)}`);
      const expected = await totalsOf(connection, table, `(${select})`);
      assertTotals(table.name, { found: written, expected });
      totals.set(table.name, written);
    }
    await addMissing(connection, { database, tables: tables.map(({ table }) => table) });
    for (const { table, rows } of await conclude(totals, reader)) {
      await connection.run(createTable({ ...table, name: `${database}.main.${table.name}` }));
      await describe(connection, database, table);
      await insert(connection, `${database}.main.${quoted(table.name)}`, rows);
    }
    await connection.run('commit');
    await connection.run(`checkpoint ${database}`);
  } catch (error) {
    await connection.run('rollback').catch(() => undefined);
    throw error;
  } finally {
    await connection.run(`detach ${database}`).catch(() => undefined);
  }
}

/** The rows in the order of the key, by which they compress well and the file is the same each time. */
async function create(connection: DuckDBConnection, database: string, { table, select }: WrittenTable): Promise<void> {
  const name = `${database}.main.${table.name}`;
  const columns = table.columns.map((column) => quoted(column.name)).join(', ');
  // Nothing is required: what others refer to and the table lacks is added with nothing but its key.
  await connection.run(
    createTable({ ...table, name, columns: table.columns.map((column) => ({ ...column, optional: true })) }),
  );
  await connection.run(
    `insert into ${quoted(name)} (${columns}) select ${columns} from (${select}) order by ${table.key.map(quoted).join(', ')}`,
  );
  await describe(connection, database, table);
}

async function describe(
  connection: DuckDBConnection,
  database: string,
  { name, meaning, columns }: PublishedTable,
): Promise<void> {
  const path = `${database}.main.${quoted(name)}`;
  const comments = [
    `comment on table ${path} is ${literal(meaning)}`,
    ...columns.map((each) => `comment on column ${path}.${quoted(each.name)} is ${literal(each.meaning ?? '')}`),
  ];
  await connection.run(comments.join('; '));
}

/** Adds to tables the rows that others refer to and that they lack, with nothing but the key: one statement for each, as there are many references. */
async function addMissing(
  connection: DuckDBConnection,
  { database, tables }: { database: string; tables: readonly PublishedTable[] },
): Promise<void> {
  const references = tables.flatMap(({ name, references: of }) => of.map((each) => ({ ...each, from: name })));
  for (const [other, of] of Map.groupBy(references, ({ table }) => table)) {
    const [target, to] = [`${database}.main.${quoted(other)}`, quoted(of[0]?.to ?? '')];
    const values = of.map(
      ({ from, column }) => `select distinct ${quoted(column)} as value from ${database}.main.${quoted(from)}`,
    );
    await connection.run(
      `insert into ${target} (${to}) select distinct value from (${values.join(' union all ')}) as referring
      where value is not null and not exists (select 1 from ${target} as found where found.${to} = referring.value)`,
    );
  }
}

/** In one statement. Throws `InvariantBroken` unless the rows have the same columns. */
async function insert(connection: DuckDBConnection, path: string, rows: readonly ValueRow[]): Promise<void> {
  const names = Object.keys(rows[0] ?? {});
  if (names.length === 0) return;
  for (const row of rows) {
    const isComplete = Object.keys(row).length === names.length && names.every((name) => name in row);
    invariant(
      isComplete,
      `The rows of ${path} must have the same columns: ${names.join(', ')}; one has ${Object.keys(row).join(', ')}.`,
    );
  }
  const places = rows.map(
    (_, row) => `(${names.map((_name, index) => `$${row * names.length + index + 1}`).join(', ')})`,
  );
  const values = rows.flatMap((row) => names.map((name) => row[name] ?? null));
  await connection.run(`insert into ${path} (${names.map(quoted).join(', ')}) values ${places.join(', ')}`, values);
}

/** The rows and sums of a table or of a SELECT in parentheses. */
export async function totalsOf(connection: DuckDBConnection, table: PublishedTable, source: string): Promise<Totals> {
  const sums = summedColumns(table).map(
    (name) => `cast(coalesce(sum(cast(${quoted(name)} as decimal(38, 9))), 0) as varchar) as ${quoted(name)}`,
  );
  const [row = {}] = await rowsOf<Record<string, string>>(
    connection,
    `select ${[`cast(count(*) as varchar) as "*"`, ...sums].join(', ')} from ${source} as counted`,
    [],
  );
  return new Map(Object.entries(row));
}
