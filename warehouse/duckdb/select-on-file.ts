import { mkdir, rm } from 'node:fs/promises';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { countOf } from '../count-of.ts';
import { messageOf, Rejected, Unavailable } from '../errors.ts';
import type { QueryLimits, QueryResult, SelectRequest } from '../published/database-files.ts';
import type { ColumnShape, ColumnType } from '../vocabulary/tables.ts';
import type { Value, ValueRow } from '../warehouse.ts';
import { bulkReader, type OnConnection } from './bulk.ts';
import { quoted } from './ddl.ts';
import { piecesOf, rowsOf } from './results.ts';

const RESULT = 'temp.query_result';

/**
 * Runs one SELECT on an engine of its own, which is closed with its result: settings, temporary tables and memory are those of the query
 * alone. Its result is complete before the first row is read, so an error is never found in the middle of a response.
 */
export async function selectOnFile({ file, sql, limits, signal }: SelectRequest): Promise<QueryResult> {
  await mkdir(limits.folder, { recursive: true });
  let instance: DuckDBInstance | undefined;
  let connection: DuckDBConnection | undefined;
  const close = async (): Promise<void> => {
    connection?.closeSync();
    instance?.closeSync();
    await rm(limits.folder, { recursive: true, force: true });
  };
  try {
    instance = await DuckDBInstance.create(file, optionsOf(limits));
    connection = await instance.connect();
    await confine(connection, limits);
    await assertOneSelect(connection, sql);
    const columns = await withinTime(connection, { limits, signal }, (open) => materialise(open, { sql, limits }));
    return { columns, reader: readerOn(connection, limits), sql: `select * from ${RESULT}`, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function optionsOf({ memoryLimit, threads, folder }: QueryLimits): Record<string, string> {
  return {
    access_mode: 'READ_ONLY',
    memory_limit: memoryLimit,
    threads: String(threads),
    temp_directory: folder,
    max_temp_directory_size: memoryLimit,
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  };
}

/** Only its own folder is in reach, to which a result is written in the format of a file. */
async function confine(connection: DuckDBConnection, { folder }: QueryLimits): Promise<void> {
  await connection.run(`set TimeZone = 'UTC'`);
  await connection.run(`set default_null_order = 'nulls_first_on_asc_last_on_desc'`);
  await connection.run(`set allowed_directories = ['${folder.replaceAll("'", "''")}']`);
  await connection.run('set enable_external_access = false');
  await connection.run('set lock_configuration = true');
}

/** The engine serializes SELECT statements and nothing else. */
async function assertOneSelect(connection: DuckDBConnection, sql: string): Promise<void> {
  const [row] = await rowsOf<{ text: string }>(connection, 'select json_serialize_sql(cast($1 as varchar)) as text', [
    sql,
  ]);
  const parsed = JSON.parse(row?.text ?? '{}') as {
    error?: boolean;
    error_message?: string;
    statements?: readonly unknown[];
  };
  if (parsed.error) throw refused(parsed.error_message ?? 'it cannot be read');
  const count = parsed.statements?.length ?? 0;
  if (count !== 1) throw refused(`there are ${count} statements; send one`);
}

/** At most one row more than the limit is computed. */
async function materialise(
  connection: DuckDBConnection,
  { sql, limits }: { sql: string; limits: QueryLimits },
): Promise<readonly ColumnShape[]> {
  const text = sql.trim().replace(/;$/, '');
  const described = await rowsOf<{ column_name: string; column_type: string }>(
    connection,
    `describe select * from (\n${text}\n) as query`,
    [],
  );
  const columns = described.map((each) => ({ name: each.column_name, ...shapeOf(each.column_type) }));
  const selected = columns.map(({ name, cast }) => `${cast(quoted(name))} as ${quoted(name)}`);
  await connection.run(
    `create temp table query_result as select ${selected.join(', ')} from (\n${text}\n) as query limit ${limits.rows + 1}`,
  );
  const [row] = await rowsOf<{ count: bigint }>(connection, `select count(*) as count from ${RESULT}`, []);
  if ((row?.count ?? 0n) > BigInt(limits.rows)) {
    throw new Rejected(
      `The query has more than ${countOf(limits.rows, 'row')}; aggregate it, filter it, or end it with LIMIT.`,
    );
  }
  return columns.map(({ name, type }) => ({ name, type, optional: true }));
}

interface Shape {
  readonly type: ColumnType;
  readonly cast: (name: string) => string;
}

/** The type of our formats in which a value of the engine's keeps its meaning. */
function shapeOf(typeName: string): Shape {
  const cast = (to: string) => (name: string) => `cast(${name} as ${to})`;
  if (/^U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?$/.test(typeName)) return { type: 'int64', cast: cast('bigint') };
  if (/^DECIMAL\(\d+,[0-9]\)$/.test(typeName)) return { type: 'numeric', cast: cast('decimal(38, 9)') };
  if (/^(DOUBLE|FLOAT)$/.test(typeName)) return { type: 'float', cast: cast('double') };
  if (typeName === 'BOOLEAN') return { type: 'bool', cast: (name) => name };
  if (typeName === 'DATE') return { type: 'date', cast: (name) => name };
  if (typeName.startsWith('TIMESTAMP')) return { type: 'timestamp', cast: cast('timestamptz') };
  if (/\[\d*\]$|^(STRUCT|MAP|UNION)\b/.test(typeName))
    return { type: 'json', cast: (name) => `cast(to_json(${name}) as varchar)` };
  return { type: 'string', cast: cast('varchar') };
}

/** Interrupts the engine after the time, or when nobody waits any more. */
async function withinTime<T>(
  connection: DuckDBConnection,
  { limits: { timeMs }, signal }: { limits: QueryLimits; signal: AbortSignal | undefined },
  work: (connection: DuckDBConnection) => Promise<T>,
): Promise<T> {
  const timeout = AbortSignal.timeout(timeMs);
  const ended = AbortSignal.any(signal ? [timeout, signal] : [timeout]);
  const interrupt = (): void => connection.interrupt();
  ended.addEventListener('abort', interrupt);
  try {
    ended.throwIfAborted();
    return await work(connection);
  } catch (error) {
    if (timeout.aborted) {
      throw new Rejected(`The query took longer than ${timeMs / 1000} s and was stopped; read fewer rows or columns.`);
    }
    if (signal?.aborted) throw new Unavailable('The query was stopped, because nobody waits for its result.');
    throw error instanceof Rejected ? error : refused(messageOf(error));
  } finally {
    ended.removeEventListener('abort', interrupt);
  }
}

/** Without the place in the text, which would be that of the text around it. */
function refused(why: string): Rejected {
  const [line = ''] = why.split('\n');
  return new Rejected(`The query cannot be run: ${line.replace(/[.!]$/, '')}.`);
}

/** The result is a temporary table, which only its own connection sees: one reads at a time. */
function readerOn(connection: DuckDBConnection, { folder }: QueryLimits): QueryResult['reader'] {
  const onConnection: OnConnection = async function* (work) {
    await connection.run('begin transaction');
    yield* work(connection);
  };
  return {
    stream: <R extends ValueRow>(sql: string, parameters: readonly Value[] = []) =>
      onConnection((open) => piecesOf<R>(open, sql, parameters)),
    bulk: bulkReader(onConnection, { folder }),
  };
}
