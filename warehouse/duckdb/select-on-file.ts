import { mkdir, rm } from 'node:fs/promises';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { countOf } from '../count-of.ts';
import { messageOf, Rejected, Unavailable } from '../errors.ts';
import type { QueryLimits, QueryResult, SelectRequest } from '../published/database-files.ts';
import type { ColumnShape, ColumnType } from '../vocabulary/tables.ts';
import type { Value, ValueRow } from '../warehouse.ts';
import { bulkReader, type OnConnection } from './bulk.ts';
import { connect } from './connect.ts';
import { literal, quoted } from './ddl.ts';
import { assertHarmlessSelect, MOST_IN_A_LIST, refused } from './harmless-select.ts';
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
    connection = await connect(instance);
    await confine(connection, limits);
    await assertHarmlessSelect(connection, sql);
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
  await connection.run(`set allowed_directories = [${literal(folder)}]`);
  await connection.run('set enable_external_access = false');
  await connection.run('set lock_configuration = true');
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
  if (described.length > MOST_IN_A_LIST)
    throw refused(`it has more than ${countOf(MOST_IN_A_LIST, 'column')}; name those you need`);
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
  if (typeName === 'DATE') return { type: 'date', cast: (name) => withinYears(name, 'date') };
  if (typeName.startsWith('TIMESTAMP'))
    return { type: 'timestamp', cast: (name) => withinYears(cast('timestamptz')(name), 'timestamptz') };
  if (/\[\d*\]$|^(STRUCT|MAP|UNION)\b/.test(typeName))
    return { type: 'json', cast: (name) => `cast(to_json(${name}) as varchar)` };
  return { type: 'string', cast: cast('varchar') };
}

/** No format has an infinite date, or a year of more or less than four digits. */
function withinYears(value: string, type: 'date' | 'timestamptz'): string {
  return `case when ${value} < ${type} '0001-01-01' or ${value} >= ${type} '10000-01-01' then error('a date is not in the years 1 to 9999') else ${value} end`;
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
