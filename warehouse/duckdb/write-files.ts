import { copyFile } from 'node:fs/promises';
import type { DuckDBConnection } from '@duckdb/node-api';
import { randomId } from '../ids.ts';
import { invariant } from '../invariant.ts';
import type { FileContent, Totals } from '../published/database-files.ts';
import { type BiRole, type PublishedTable, summedColumns, wholeForFinance } from '../published/published-table.ts';
import { assertTotals } from '../published/totals.ts';
import type { Value, ValueRow } from '../warehouse.ts';
import { createTable, literal, quoted } from './ddl.ts';
import { rowsOf } from './results.ts';

/** So that older and newer clients read it: https://duckdb.org/docs/stable/internals/storage */
const STORAGE = `(storage_version 'v1.0.0')`;

/** A table, and its name as the engine finds it. */
interface Placed {
  readonly table: PublishedTable;
  readonly path: string;
}

/** A table of which another one gets the rows, and its totals if they are known. */
interface Source {
  readonly from: string;
  readonly expected?: Totals;
}

/**
 * Writes a database file for each role, on a connection that is used for nothing else: that of analysts in one transaction, and that of finance as its copy, in which
 * tables with personal columns are replaced by whole ones. The SELECT of a table is computed once, into a temporary table; those of whole ones wait there.
 */
export async function writeFiles(
  connection: DuckDBConnection,
  files: Readonly<Record<BiRole, string>>,
  { tables, select, conclude }: FileContent,
): Promise<void> {
  const isWhole = new Set(wholeForFinance(tables).map(({ name }) => name));
  /** What finance sees, whole tables before they are in its file. */
  const seen: Placed[] = [];
  await inFile(connection, files.analyst, async (database) => {
    const totals = new Map<string, Totals>();
    for (const table of tables.finance) {
      const source = randomId('source');
      await connection.run(`create temporary table ${source} as ${select(table)}`);
      const counted = await totalsOf(connection, table, source);
      totals.set(table.name, counted);
      const path = isWhole.has(table.name) ? source : pathIn(database, table);
      seen.push({ table, path });
      if (path === source) continue;
      await add(connection, { table, path }, { from: source, expected: counted });
      await connection.run(`drop table ${source}`);
    }
    await addMissing(connection, seen);
    for (const { table, path } of ofNames(seen, isWhole)) {
      const masked = tables.analyst.find(({ name }) => name === table.name);
      if (masked) await add(connection, { table: masked, path: pathIn(database, masked) }, { from: path });
    }
    const reader = {
      query: <R extends ValueRow>(sql: string, parameters: readonly Value[] = []) =>
        rowsOf<R>(connection, sql, parameters),
    };
    for (const { table, rows } of await conclude(totals, reader)) {
      const path = pathIn(database, table);
      await connection.run(createTable({ ...table, name: path }, { isPublished: true }));
      await describe(connection, { table, path });
      await insert(connection, quoted(path), rows);
    }
  });
  await copyFile(files.analyst, files.finance);
  await inFile(connection, files.finance, async (database) => {
    for (const { table, path: from } of ofNames(seen, isWhole)) {
      const path = pathIn(database, table);
      await connection.run(`drop table if exists ${quoted(path)}`);
      await add(connection, { table, path }, { from });
      await connection.run(`drop table ${from}`);
    }
  });
}

const ofNames = (placed: readonly Placed[], names: ReadonlySet<string>): readonly Placed[] =>
  placed.filter(({ table }) => names.has(table.name));

const pathIn = (database: string, { name }: PublishedTable): string => `${database}.main.${name}`;

/** Changes a file in one transaction. It is attached under a random name: that of the file would hide a schema of the warehouse. */
async function inFile(
  connection: DuckDBConnection,
  file: string,
  work: (database: string) => Promise<void>,
): Promise<void> {
  const database = randomId('published');
  await connection.run(`attach ${literal(file)} as ${database} ${STORAGE}`);
  try {
    await connection.run('begin transaction');
    await work(database);
    await connection.run('commit');
    await connection.run(`checkpoint ${database}`);
  } catch (error) {
    await connection.run('rollback').catch(() => undefined);
    throw error;
  } finally {
    await connection.run(`detach ${database}`).catch(() => undefined);
  }
}

/** Adds a table with the rows of a source in the order of the key, by which they compress well and are the same each time. */
async function add(connection: DuckDBConnection, { table, path }: Placed, { from, expected }: Source): Promise<void> {
  const columns = table.columns.map(({ name }) => quoted(name)).join(', ');
  // Nothing is required: what others refer to and the table lacks is added with nothing but its key.
  const optional = table.columns.map((column) => ({ ...column, optional: true }));
  await connection.run(createTable({ ...table, name: path, columns: optional }, { isPublished: true }));
  await connection.run(
    `insert into ${quoted(path)} (${columns}) select ${columns} from ${from} as source order by ${table.key.map(quoted).join(', ')}`,
  );
  const found = await totalsOf(connection, table, quoted(path));
  assertTotals(table.name, { found, expected: expected ?? (await totalsOf(connection, table, from)) });
  await describe(connection, { table, path });
}

async function describe(connection: DuckDBConnection, { table: { meaning, columns }, path }: Placed): Promise<void> {
  const comments = [
    `comment on table ${quoted(path)} is ${literal(meaning)}`,
    ...columns.map(
      (each) => `comment on column ${quoted(path)}.${quoted(each.name)} is ${literal(each.meaning ?? '')}`,
    ),
  ];
  await connection.run(comments.join('; '));
}

/** Adds to tables the rows that others refer to and that they lack, with nothing but the key: one statement for each, as there are many references. */
async function addMissing(connection: DuckDBConnection, placed: readonly Placed[]): Promise<void> {
  const references = placed.flatMap(({ table, path }) =>
    table.references.map((each) => ({ ...each, from: quoted(path) })),
  );
  for (const [other, of] of Map.groupBy(references, ({ table }) => table)) {
    const target = quoted(placed.find(({ table }) => table.name === other)?.path ?? other);
    const to = quoted(of[0]?.to ?? '');
    const values = of.map(({ from, column }) => `select distinct ${quoted(column)} as value from ${from}`);
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
async function totalsOf(connection: DuckDBConnection, table: PublishedTable, source: string): Promise<Totals> {
  const [row = {}] = await rowsOf<Record<string, string>>(
    connection,
    `select ${totalsIn(table)} from ${source} as counted`,
    [],
  );
  return new Map(Object.entries(row));
}

/** The columns of a SELECT that gives the totals, each under its name. */
export function totalsIn(table: PublishedTable): string {
  const sums = summedColumns(table).map(
    (name) => `cast(coalesce(sum(cast(${quoted(name)} as decimal(38, 9))), 0) as varchar) as ${quoted(name)}`,
  );
  return [`cast(count(*) as varchar) as "*"`, ...sums].join(', ');
}
