import type { DuckDBConnection } from '@duckdb/node-api';
import type { BulkReader } from '../bulk.ts';
import { countOf } from '../count-of.ts';
import { messageOf, Rejected } from '../errors.ts';
import type { ColumnShape, ColumnType } from '../vocabulary/tables.ts';
import type { Value, ValueRow } from '../warehouse.ts';
import { bulkReader, type OnConnection } from './bulk.ts';
import { connect, createInstance } from './connect.ts';
import { literal, quoted } from './ddl.ts';
import { MOST_IN_A_LIST, refused, requireHarmlessSelect } from './harmless-select.ts';
import { piecesOf, rowsOf } from './results.ts';

const RESULT = 'temp.query_result';

/** Limits of one query. Its time, and memory that the engine does not count, are for whoever runs the process to limit. */
export interface QueryLimits {
  readonly memoryLimit: string;
  readonly threads: number;
  readonly rows: number;
  /** An empty folder of this query alone, to which it spills and writes its rows. */
  readonly folder: string;
}

interface SelectRequest {
  readonly file: string;
  readonly sql: string;
  readonly limits: QueryLimits;
}

/** The rows of one SELECT, which are complete and wait to be read. */
export interface QueryResult {
  readonly columns: readonly ColumnShape[];
  readonly reader: {
    readonly bulk: BulkReader;
    stream<R extends ValueRow>(sql: string, parameters?: readonly Value[]): AsyncIterable<R[]>;
  };
  /** A SELECT of the rows, for `reader`. */
  readonly sql: string;
  close(): void;
}

/**
 * Runs one SELECT of somebody else's on an engine of its own: it cannot reach other files or change settings. Its result is complete
 * before the first row is read. Throws `Rejected` with the engine's own words for what cannot run.
 */
export async function selectOnFile({ file, sql, limits }: SelectRequest): Promise<QueryResult> {
  const instance = await createInstance(file, optionsOf(limits));
  const connection = await connect(instance);
  const close = (): void => {
    connection.closeSync();
    instance.closeSync();
  };
  try {
    await confine(connection, limits);
    const text = await requireHarmlessSelect(connection, sql);
    const columns = await materialise(connection, { text, limits }).catch((error: unknown) => {
      throw error instanceof Rejected ? error : refused(messageOf(error));
    });
    return { columns, reader: readerOn(connection, limits), sql: `select * from ${RESULT}`, close };
  } catch (error) {
    close();
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
  { text, limits }: { text: string; limits: QueryLimits },
): Promise<readonly ColumnShape[]> {
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
