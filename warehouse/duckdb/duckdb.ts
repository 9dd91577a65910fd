import { mkdir, realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { Conflict, messageOf, Rejected } from '../errors.ts';
import { FUNCTIONS } from '../functions/functions.ts';
import { randomId } from '../ids.ts';
import { requirePresent } from '../invariant.ts';
import { Mutex } from '../mutex.ts';
import type { Value, ValueRow, Warehouse, WarehouseWriter } from '../warehouse.ts';
import { bulkReader, type OnConnection } from './bulk.ts';
import { connect, createInstance } from './connect.ts';
import { ConnectionPool } from './connection-pool.ts';
import { createFunctions } from './ddl.ts';
import { OneThread } from './one-thread.ts';
import { toOpenError, toReadError, toWriteError } from './open-error.ts';
import { OwnConnections } from './own-connections.ts';
import { openPublishedFile } from './published-file.ts';
import { piecesOf, rowsOf } from './results.ts';
import { inScratch } from './scratch.ts';
import { TableChanges } from './table-changes.ts';
import { type EngineLimits, runTransaction } from './transaction.ts';
import { writeFiles } from './write-files.ts';

/** Real paths of the files that this process has open. A second instance of a file would not see the first one's rows, and lose its own. */
const openFiles = new Set<string>();

const MEMORY_LIMIT = '2GB';

interface DuckDbOptions {
  /** The file, or `:memory:`. */
  readonly path: string;
  /** How much memory the engine may use before it spills to disk: `2GB`. */
  readonly memoryLimit?: string;
  /** How many threads the engine may use; otherwise one per processor. */
  readonly threads?: number | undefined;
  /** The folder to which it spills; otherwise one beside the file. It is created when it is needed. */
  readonly spillFolder?: string | undefined;
  /** Whether nothing is changed, not even the SQL functions brought up to date. */
  readonly readOnly?: boolean;
}

type EngineOptions = Omit<DuckDbOptions, 'path'>;

/**
 * Opens a DuckDB file. Throws `Unavailable` if another process holds it, and `Conflict` if it is already open in this
 * process or is not a DuckDB database.
 */
export async function openDuckDb({ path, ...options }: DuckDbOptions): Promise<Warehouse> {
  const file = path === ':memory:' ? undefined : resolve(path);
  if (!file) return open(undefined, { ...options, onClose: () => undefined });
  await mkdir(dirname(file), { recursive: true }).catch((error: unknown) => {
    throw toOpenError(error, file);
  });
  const real = await realpath(file).catch(async () => join(await realpath(dirname(file)), basename(file)));
  if (openFiles.has(real)) throw new Conflict(`The warehouse file ${file} is already open in this process.`);
  openFiles.add(real);
  const onClose = (): void => void openFiles.delete(real);
  try {
    return await open(file, { ...options, onClose });
  } catch (error) {
    onClose();
    throw error;
  }
}

async function open(
  file: string | undefined,
  {
    memoryLimit = MEMORY_LIMIT,
    readOnly = false,
    threads,
    spillFolder,
    onClose,
  }: EngineOptions & { onClose: () => void },
): Promise<Warehouse> {
  const instance = await openEngine(file, { memoryLimit, readOnly, threads, spillFolder });
  const reading = new ConnectionPool(() => connect(instance));
  const own = new OwnConnections(() => connect(instance));
  const writing = await connect(instance);
  if (!readOnly) for (const statement of createFunctions(FUNCTIONS)) await writing.run(statement);
  const close = async (): Promise<void> => {
    await Promise.all([reading.close(), own.close()]);
    writing.closeSync();
    instance.closeSync();
    onClose();
  };
  const exportFolder = spillFolder ?? tmpdir();
  const limits = { memoryLimit, oneThread: new OneThread(threads ?? (await threadsOf(writing))) };
  return warehouseOn({ file: file ?? ':memory:', instance, reading, own, writing, limits, exportFolder, close });
}

interface Handles {
  readonly file: string;
  readonly instance: DuckDBInstance;
  readonly reading: ConnectionPool;
  readonly own: OwnConnections;
  readonly writing: DuckDBConnection;
  readonly limits: EngineLimits;
  readonly exportFolder: string;
  readonly close: () => Promise<void>;
}

function warehouseOn({ file, instance, reading, own, writing, limits, exportFolder, close }: Handles): Warehouse {
  const mutex = new Mutex();
  const changes = new TableChanges();
  const query = <R extends ValueRow>(sql: string, parameters: readonly Value[] = []): Promise<R[]> =>
    reading
      .run((connection) => rowsOf<R>(connection, sql, parameters))
      .catch((error: unknown) => Promise.reject(toReadError(error, file)));

  const onConnection: OnConnection = async function* (work) {
    const inTransaction = async function* (connection: DuckDBConnection) {
      await connection.run('begin transaction read only');
      yield* work(connection);
    };
    try {
      yield* own.stream(inTransaction);
    } catch (error) {
      throw toReadError(error, file);
    }
  };

  return {
    engine: 'duckdb',
    query,
    stream: <R extends ValueRow>(sql: string, parameters: readonly Value[] = []) =>
      onConnection((connection) => piecesOf<R>(connection, sql, parameters)),
    bulk: bulkReader(onConnection, { folder: exportFolder }),
    files: {
      write: (to, content) =>
        own
          .run((connection) => limits.oneThread.ifSmall(connection, () => writeFiles(connection, to, content)))
          .catch((error: unknown) => Promise.reject(toWriteError(toReadError(error, file)))),
      open: openPublishedFile,
    },
    async explain(sql) {
      await reading.run((connection) => assertSelect(connection, { sql, file }));
      return { byte_count: undefined };
    },
    lastChange: (sql) => changes.lastOf(sql),
    transaction: (work, { lowMemory } = {}) =>
      mutex.runExclusive(() =>
        changes.during((noting) =>
          runTransaction(writing, (writer) => work(noting(writer)), { end: 'commit', lowMemory, limits }),
        ),
      ),
    withRollback: (work) => mutex.runExclusive(() => runTransaction(writing, work, { end: 'rollback', limits })),
    withScratch: (catalogue, work) =>
      mutex.runExclusive(async () => {
        const connection = await connect(instance);
        // Only the work can be interrupted: the catalogue must be detached.
        const interruptible = (writer: WarehouseWriter): ReturnType<typeof work> =>
          own.interruptible(connection, () => work(writer));
        try {
          return await inScratch(connection, catalogue, interruptible);
        } finally {
          connection.closeSync();
        }
      }),
    interrupt() {
      for (const each of [reading, own, writing]) each.interrupt();
    },
    async close() {
      await mutex.idle();
      await close();
    },
  };
}

/** How many threads the engine uses by itself: one per processor that it may use. */
async function threadsOf(connection: DuckDBConnection): Promise<number> {
  const [setting] = await rowsOf<{ threads: bigint }>(connection, `select current_setting('threads') as threads`, []);
  return Number(requirePresent(setting, 'DuckDB does not say how many threads it uses.').threads);
}

/** Throws `Rejected` unless the text is a single valid SELECT. */
async function assertSelect(connection: DuckDBConnection, { sql, file }: { sql: string; file: string }): Promise<void> {
  try {
    // Only a SELECT is valid inside the parentheses, but several statements could close and reopen them.
    const description = `describe select * from (\n${sql}\n) as query`;
    const { count } = await connection.extractStatements(description);
    if (count !== 1) throw new Rejected(`there are ${count} statements.`);
    await rowsOf(connection, description, []);
  } catch (thrown) {
    const error = toReadError(thrown, file);
    if (error instanceof Conflict) throw error;
    throw new Rejected(`The query is not a single valid SELECT: ${messageOf(error).split('\n')[0]}`);
  }
}

async function openEngine(
  file: string | undefined,
  { memoryLimit = MEMORY_LIMIT, readOnly = false, threads, spillFolder }: EngineOptions,
): Promise<DuckDBInstance> {
  // Beside a file by default; without one, in the folder of the process, which is not ours.
  const spills = spillFolder ?? (file === undefined ? join(tmpdir(), randomId('tantieme-spill')) : undefined);
  try {
    return await createInstance(file ?? ':memory:', {
      memory_limit: memoryLimit,
      ...(threads !== undefined && { threads: String(threads) }),
      ...(spills !== undefined && { temp_directory: spills }),
      access_mode: readOnly ? 'READ_ONLY' : 'AUTOMATIC',
    });
  } catch (error) {
    throw toOpenError(error, file ?? ':memory:');
  }
}
