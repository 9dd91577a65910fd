import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { Conflict, messageOf, Unavailable } from '../../errors.ts';
import { sha256Hex } from '../../ids.ts';
import { invariant } from '../../invariant.ts';
import type { Part, PublishedFile, Totals } from '../database-files.ts';
import { type BiRole, isInParts, PART_COLUMN, type PublishedTable, summedColumns } from '../published-table.ts';
import { assertTotals } from '../totals.ts';
import { prepareRoles } from './roles.ts';
import {
  addingForeignKey,
  copying,
  creating,
  deletingPart,
  FINANCE_SCHEMA,
  identifier,
  orphansOf,
  type PlacedTable,
  pathOf,
  placedTables,
  roleName,
  SHARED_SCHEMA,
  STATE_SCHEMA,
} from './schemas.ts';

interface PostgresPublication {
  readonly url: string;
  /** The file of finance, which has every column. */
  readonly file: PublishedFile;
  readonly tables: Readonly<Record<BiRole, readonly PublishedTable[]>>;
  /** Where one part at a time is written as CSV. */
  readonly csvPath: string;
  readonly queryTimeMs: number;
  readonly onProgress?: (text: string) => void;
}

export interface PublishedToPostgres {
  readonly changed_parts: number;
  readonly has_foreign_keys: boolean;
  /** What the publisher may not do there, a sentence each. */
  readonly lacking: readonly string[];
}

/** Compiling a query and sharing it out to several processes ends it sooner, but takes up to twice as much of the server's processors. */
export const CHEAPEST_PLANS = 'set local jit = off; set local max_parallel_workers_per_gather = 0';

/** Pieces of a file on their way to the server. */
const PIECE_BYTES = 1024 * 1024;

/**
 * Publishes a file to PostgreSQL: what has changed since the last publication is deleted and copied in one transaction, so a statement, and
 * a transaction with REPEATABLE READ, sees one publication, and no reader waits. Foreign keys are off during the load and then proven.
 * Throws `Unavailable` if the server cannot be used, and `Conflict` while another process publishes.
 */
export async function publishToPostgres(publication: PostgresPublication): Promise<PublishedToPostgres> {
  const client = await connectTo(publication.url);
  try {
    const { changed, ...published } = await inTransaction(client, () => publishOn(client, publication));
    // Outside of a transaction: the place of deleted rows is given back.
    for (const placed of changed) await client.query(`vacuum ${pathOf(placed)}`);
    return published;
  } finally {
    await rm(publication.csvPath, { force: true });
    await client.end().catch(() => undefined);
  }
}

/** A connection for the publisher. The message never has the password. */
export async function connectTo(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, keepAlive: true, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('set statement_timeout = 0');
    return client;
  } catch (error) {
    throw new Unavailable(
      `The database of BI_URL cannot be reached: ${messageOf(error)}; start it, or correct BI_URL.`,
      { cause: error },
    );
  }
}

async function inTransaction<T>(client: pg.Client, work: () => Promise<T>): Promise<T> {
  await client.query('begin');
  try {
    const result = await work();
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  }
}

async function publishOn(
  client: pg.Client,
  { file, tables, csvPath, queryTimeMs, onProgress }: PostgresPublication,
): Promise<PublishedToPostgres & { readonly changed: readonly PlacedTable[] }> {
  await client.query(CHEAPEST_PLANS);
  await lock(client);
  const lacking = await prepareRoles(client, { queryTimeMs });
  const placed = placedTables(tables);
  const recreated = await prepareTables(client, placed);
  const hasForeignKeys = await prepareForeignKeys(client, placed);
  const changed: PlacedTable[] = [];
  let count = 0;
  for (const each of placed) {
    const parts = await file.parts(each.table);
    const toReplace = await changedParts(client, { placed: each, parts, isNew: recreated.has(each) });
    if (toReplace.length === 0) continue;
    onProgress?.(`Publishing ${pathOf(each).replaceAll('"', '')}`);
    for (const part of toReplace) await replacePart(client, { placed: each, file, csvPath, ...part });
    changed.push(each);
    count += toReplace.length;
    // The proofs that follow are planned by it, and so are the queries of readers.
    await client.query(`analyze ${pathOf(each)}`);
    await assertSame(client, { placed: each, parts });
  }
  if (hasForeignKeys) for (const each of placed) await assertNoOrphans(client, each, changed);
  return { changed, changed_parts: count, has_foreign_keys: hasForeignKeys, lacking };
}

/** Nobody else can take the lock, as anybody could an advisory one: no role may use the table. */
async function lock(client: pg.Client): Promise<void> {
  for (const schema of [STATE_SCHEMA, SHARED_SCHEMA, FINANCE_SCHEMA]) {
    await client.query(`create schema if not exists ${schema}`);
  }
  await client.query(
    `create table if not exists ${STATE_SCHEMA}.tables (path text primary key, definition text not null)`,
  );
  await client.query(
    `create table if not exists ${STATE_SCHEMA}.parts (path text, period text, fingerprint text not null, primary key (path, period))`,
  );
  try {
    await client.query(`lock table ${STATE_SCHEMA}.tables in exclusive mode nowait`);
  } catch {
    throw new Conflict('The marts are being published to this database by another process; wait for it to end.');
  }
}

/** Creates tables that are new or have another definition, and drops those that are no longer published. Returns those that are empty now. */
async function prepareTables(client: pg.Client, placed: readonly PlacedTable[]): Promise<ReadonlySet<PlacedTable>> {
  await client.query(`grant usage on schema ${SHARED_SCHEMA} to ${roleName('analyst')}, ${roleName('finance')}`);
  await client.query(`grant usage on schema ${FINANCE_SCHEMA} to ${roleName('finance')}`);
  const { rows } = await client.query<{ path: string; definition: string }>(
    `select path, definition from ${STATE_SCHEMA}.tables`,
  );
  const known = new Map(rows.map(({ path, definition }) => [path, definition]));
  const recreated = new Set<PlacedTable>();
  const forget = async (path: string): Promise<void> => {
    await client.query(`drop table if exists ${path} cascade`);
    await client.query(`delete from ${STATE_SCHEMA}.tables where path = $1`, [path]);
    await client.query(`delete from ${STATE_SCHEMA}.parts where path = $1`, [path]);
  };
  for (const path of known.keys()) if (!placed.some((each) => pathOf(each) === path)) await forget(path);
  for (const each of placed) {
    const statements = creating(each);
    const definition = sha256Hex(statements.join(';'));
    if (known.get(pathOf(each)) === definition) continue;
    await forget(pathOf(each));
    for (const statement of statements) await client.query(statement);
    await client.query(`insert into ${STATE_SCHEMA}.tables (path, definition) values ($1, $2)`, [
      pathOf(each),
      definition,
    ]);
    recreated.add(each);
  }
  return recreated;
}

/** Adds those that are missing and turns them off for this transaction. Where the publisher may not, there are none: they cost as much as the load. */
async function prepareForeignKeys(client: pg.Client, placed: readonly PlacedTable[]): Promise<boolean> {
  await client.query('savepoint replica');
  const isAllowed = await client.query('set local session_replication_role = replica').then(
    () => true,
    () => false,
  );
  if (!isAllowed) await client.query('rollback to savepoint replica');
  const { rows } = await client.query<{ name: string; path: string }>(
    `select conname as name, format('%I.%I', nspname, relname) as path from pg_constraint
    join pg_class on pg_class.oid = conrelid join pg_namespace on pg_namespace.oid = relnamespace
    where contype = 'f' and nspname in ('${SHARED_SCHEMA}', '${FINANCE_SCHEMA}')`,
  );
  const unquoted = (each: PlacedTable): string => `${each.schema}.${each.table.name}`;
  for (const each of placed) {
    const existing = new Set(rows.filter(({ path }) => path === unquoted(each)).map(({ name }) => name));
    for (const key of each.foreignKeys) {
      if (isAllowed && !existing.has(key.name)) await client.query(`${addingForeignKey(each, key)} not valid`);
      if (!isAllowed && existing.has(key.name))
        await client.query(`alter table ${pathOf(each)} drop constraint ${identifier(key.name)}`);
    }
  }
  return isAllowed;
}

interface ChangedPart {
  readonly period: string;
  /** Undefined if the part is gone. */
  readonly fingerprint: string | undefined;
}

async function changedParts(
  client: pg.Client,
  { placed, parts, isNew }: { placed: PlacedTable; parts: readonly Part[]; isNew: boolean },
): Promise<readonly ChangedPart[]> {
  const { rows } = await client.query<{ period: string; fingerprint: string }>(
    `select period, fingerprint from ${STATE_SCHEMA}.parts where path = $1`,
    [pathOf(placed)],
  );
  const published = new Map(isNew ? [] : rows.map((row) => [row.period, row.fingerprint]));
  const gone = [...published.keys()].filter((period) => !parts.some((part) => part.period === period));
  return [
    ...parts.filter(({ period, fingerprint }) => published.get(period) !== fingerprint),
    ...gone.map((period) => ({ period, fingerprint: undefined })),
  ];
}

async function replacePart(
  client: pg.Client,
  {
    placed,
    file,
    csvPath,
    period,
    fingerprint,
  }: ChangedPart & { placed: PlacedTable; file: PublishedFile; csvPath: string },
): Promise<void> {
  await client.query(deletingPart(placed, period));
  await client.query(`delete from ${STATE_SCHEMA}.parts where path = $1 and period = $2`, [pathOf(placed), period]);
  if (fingerprint === undefined) return;
  await file.csv({ table: placed.table, period, path: csvPath });
  // The stream ends before the client is ready for the next statement.
  const isReady = new Promise((resolve) => client.once('drain', resolve));
  const pieces = createReadStream(csvPath, { highWaterMark: PIECE_BYTES });
  await pipeline(pieces, withoutNul, client.query(copyFrom(copying(placed))));
  await isReady;
  await client.query(`insert into ${STATE_SCHEMA}.parts (path, period, fingerprint) values ($1, $2, $3)`, [
    ...[pathOf(placed), period, fingerprint],
  ]);
}

/** The picture of NUL, a character for each of its bytes. */
const NUL_PICTURE = Buffer.from('␀').toString('latin1');

/** PostgreSQL stores no NUL character, and events of former versions have some: their picture takes their place. */
async function* withoutNul(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const piece of pieces) {
    yield piece.includes(0) ? Buffer.from(piece.toString('latin1').replaceAll('\0', NUL_PICTURE), 'latin1') : piece;
  }
}

const NOTHING: Totals = new Map([['*', '0']]);

/** The rows and sums of each part are those of the file, which are those of the warehouse. */
async function assertSame(
  client: pg.Client,
  { placed, parts }: { placed: PlacedTable; parts: readonly Part[] },
): Promise<void> {
  const part = isInParts(placed.table) ? PART_COLUMN : `''`;
  const sums = summedColumns(placed.table).map(
    (name) => `coalesce(sum(${identifier(name)}), 0)::numeric(38, 9)::text as ${identifier(name)}`,
  );
  const { rows } = await client.query<Record<string, string> & { period: string }>(
    `select ${[`${part} as period`, 'count(*)::text as "*"', ...sums].join(', ')} from ${pathOf(placed)} group by 1`,
  );
  const found = new Map(rows.map(({ period, ...totals }) => [period, new Map(Object.entries(totals))]));
  const expected = new Map(parts.map(({ period, totals }) => [period, totals]));
  for (const period of new Set([...found.keys(), ...expected.keys()])) {
    assertTotals(`${pathOf(placed)} ${period}`.trim(), {
      ...{ found: found.get(period) ?? NOTHING, expected: expected.get(period) ?? NOTHING },
    });
  }
}

/** Proves the foreign keys of a table of which one side has changed. */
async function assertNoOrphans(client: pg.Client, placed: PlacedTable, changed: readonly PlacedTable[]): Promise<void> {
  for (const key of placed.foreignKeys) {
    const isTouched = changed.some(
      (each) => each === placed || (each.schema === key.schema && each.table.name === key.table),
    );
    if (!isTouched) continue;
    const { rows } = await client.query<{ count: string }>(orphansOf(placed, key));
    invariant(
      rows[0]?.count === '0',
      `${pathOf(placed)} cannot be published: ${rows[0]?.count} rows have a ${key.column} that ${key.table} lacks; publish again, and report it if it stays so.`,
    );
    // At once for one that is valid already.
    await client.query(`alter table ${pathOf(placed)} validate constraint ${identifier(key.name)}`);
  }
}
