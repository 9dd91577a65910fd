import { mkdir, realpath } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { Conflict, messageOf, Rejected } from '../errors.ts';
import { Mutex } from '../mutex.ts';
import type { Value, ValueRow, Warehouse, WarehouseWriter } from '../warehouse.ts';
import { createFunctions } from './ddl.ts';
import { toOpenError, toReadError } from './open-error.ts';
import { piecesOf, rowsOf } from './results.ts';
import { duckdbWriter } from './writer.ts';

/** Real paths of the files that this process has open. A second instance of a file would not see the first one's rows, and lose its own. */
const openFiles = new Set<string>();

/** The engine's memory limit during a transaction with `lowMemory`. */
const LOW_MEMORY_LIMIT = '256MB';

export interface DuckDbOptions {
  /** The file, or `:memory:`. */
  readonly path: string;
  /** How much memory the engine may use before it spills to disk: `2GB`. */
  readonly memoryLimit?: string;
  /** Whether nothing is changed, not even the SQL functions brought up to date. */
  readonly readOnly?: boolean;
}

/**
 * Opens a DuckDB file. Throws `Unavailable` if another process holds it, and `Conflict` if it is already open in this
 * process or is not a DuckDB database.
 */
export async function openDuckDb({ path, memoryLimit = '2GB', readOnly = false }: DuckDbOptions): Promise<Warehouse> {
  const file = path === ':memory:' ? undefined : resolve(path);
  if (!file) return open(undefined, { memoryLimit, readOnly, onClose: () => undefined });
  await mkdir(dirname(file), { recursive: true }).catch((error: unknown) => {
    throw toOpenError(error, file);
  });
  const real = await realpath(file).catch(async () => join(await realpath(dirname(file)), basename(file)));
  if (openFiles.has(real)) throw new Conflict(`The warehouse file ${file} is already open in this process.`);
  openFiles.add(real);
  const onClose = (): void => void openFiles.delete(real);
  try {
    return await open(file, { memoryLimit, readOnly, onClose });
  } catch (error) {
    onClose();
    throw error;
  }
}

async function open(
  file: string | undefined,
  { memoryLimit, readOnly, onClose }: { memoryLimit: string; readOnly: boolean; onClose: () => void },
): Promise<Warehouse> {
  const instance = await createInstance(file, { memoryLimit, readOnly });
  const [reading, writing] = [await connect(instance), await connect(instance)];
  if (!readOnly) for (const statement of createFunctions()) await writing.run(statement);
  const close = (): void => {
    for (const connection of [reading, writing]) connection.closeSync();
    instance.closeSync();
    onClose();
  };
  return warehouseOn({ file: file ?? ':memory:', instance, reading, writing, memoryLimit, close });
}

interface Handles {
  readonly file: string;
  readonly instance: DuckDBInstance;
  readonly reading: DuckDBConnection;
  readonly writing: DuckDBConnection;
  readonly memoryLimit: string;
  readonly close: () => void;
}

function warehouseOn({ file, instance, reading, writing, memoryLimit, close }: Handles): Warehouse {
  const mutex = new Mutex();
  const streaming = new Set<DuckDBConnection>();
  const query = <R extends ValueRow>(sql: string, parameters: readonly Value[] = []): Promise<R[]> =>
    rowsOf<R>(reading, sql, parameters).catch((error: unknown) => Promise.reject(toReadError(error, file)));
  const writer = duckdbWriter(writing);
  /** If concurrent reads need more memory at the moment, the limit stays as it is. */
  const limitMemory = async (limit: string): Promise<void> => {
    await writing.run(`set memory_limit = '${limit}'`).catch(() => undefined);
  };
  const inTransaction = <T>(
    work: (writer: WarehouseWriter) => Promise<T>,
    { end, lowMemory = false }: { end: 'commit' | 'rollback'; lowMemory?: boolean | undefined },
  ): Promise<T> =>
    mutex.runExclusive(async () => {
      // Outside of the transaction: a failed one accepts no more statements.
      if (lowMemory) await limitMemory(LOW_MEMORY_LIMIT);
      await writing.run('begin transaction');
      try {
        const result = await work(writer);
        await writing.run(end);
        return result;
      } catch (error) {
        // A failed commit has already rolled back; then this has nothing to do.
        await writing.run('rollback').catch(() => undefined);
        throw error;
      } finally {
        if (lowMemory) await limitMemory(memoryLimit);
      }
    });

  return {
    engine: 'duckdb',
    query,
    async *stream<R extends ValueRow>(sql: string, parameters: readonly Value[] = []) {
      const connection = await connect(instance);
      streaming.add(connection);
      try {
        yield* piecesOf<R>(connection, sql, parameters);
      } catch (error) {
        throw toReadError(error, file);
      } finally {
        streaming.delete(connection);
        connection.closeSync();
      }
    },
    async explain(sql) {
      try {
        // Only a SELECT is valid inside the parentheses, but several statements could close and reopen them.
        const description = `describe select * from (\n${sql}\n) as query`;
        const { count } = await reading.extractStatements(description);
        if (count !== 1) throw new Rejected(`there are ${count} statements.`);
        await query(description);
      } catch (error) {
        if (error instanceof Conflict) throw error;
        throw new Rejected(`The query is not a single valid SELECT: ${messageOf(error).split('\n')[0]}`);
      }
      return { byte_count: undefined };
    },
    transaction: (work, { lowMemory } = {}) => inTransaction(work, { end: 'commit', lowMemory }),
    withRollback: (work) => inTransaction(work, { end: 'rollback' }),
    interrupt() {
      for (const connection of [reading, writing, ...streaming]) connection.interrupt();
    },
    async close() {
      await mutex.idle();
      close();
    },
  };
}

async function createInstance(
  file: string | undefined,
  { memoryLimit, readOnly }: { memoryLimit: string; readOnly: boolean },
): Promise<DuckDBInstance> {
  try {
    return await DuckDBInstance.create(file ?? ':memory:', {
      memory_limit: memoryLimit,
      access_mode: readOnly ? 'READ_ONLY' : 'AUTOMATIC',
    });
  } catch (error) {
    throw toOpenError(error, file ?? ':memory:');
  }
}

async function connect(instance: DuckDBInstance): Promise<DuckDBConnection> {
  const connection = await instance.connect();
  await connection.run(`set TimeZone = 'UTC'`);
  await connection.run(`set default_null_order = 'nulls_first_on_asc_last_on_desc'`);
  return connection;
}
