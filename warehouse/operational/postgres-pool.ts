import type { PostgresPool, PostgresPoolClient } from 'kysely';
import pg from 'pg';
import { messageOf, Unavailable } from '../errors.ts';

/** The timeout for a connection, including the wait for a free one. */
const LONGEST_CONNECT_MS = 5_000;

/** The timeout for a query; a network may silently drop the response. */
const LONGEST_QUERY_MS = 60_000;

/**
 * After how long the server ends a connection that waits within a transaction, which gives up its locks: of a process that was stopped there.
 * Whoever waits for these gets them before the query's own timeout.
 */
const LONGEST_PAUSE_MS = 45_000;

/**
 * A pool of connections to PostgreSQL that throws `Unavailable` while the server cannot be reached, and reconnects by
 * itself. A lost connection is never reused.
 */
export function openPostgresPool(config: Pick<pg.PoolConfig, 'connectionString' | 'types'>): PostgresPool {
  const pool = new pg.Pool({
    ...config,
    max: 8,
    keepAlive: true,
    connectionTimeoutMillis: LONGEST_CONNECT_MS,
    query_timeout: LONGEST_QUERY_MS,
  });
  // Without a listener, the loss of an idle connection, also between two queries of a transaction, ends the process.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => {
    client.on('error', () => undefined);
    // Its first statement, not an option of the connection: poolers in between refuse those that they do not know.
    client.query(`set idle_in_transaction_session_timeout = ${LONGEST_PAUSE_MS}`).catch(() => undefined);
  });
  return {
    options: pool.options,
    end: () => pool.end(),
    async connect() {
      return wrapClient(await pool.connect().catch(throwUnreachable));
    },
  };
}

function wrapClient(client: pg.PoolClient): PostgresPoolClient {
  let isLost = false;
  const query = async (sql: string, parameters: readonly unknown[]): Promise<unknown> => {
    try {
      return await client.query(sql, [...parameters]);
    } catch (error) {
      isLost ||= isUnreachable(error);
      return throwUnreachable(error);
    }
  };
  return { query, release: (discard?: boolean) => client.release(isLost || discard) } as PostgresPoolClient;
}

function throwUnreachable(error: unknown): never {
  if (!isUnreachable(error)) throw error;
  throw new Unavailable(`The control store cannot be reached: ${reasonOf(error)}; try again later.`, { cause: error });
}

/** Classes of SQLSTATE: connection exception, insufficient resources, operator intervention (the server is stopped or starts). */
const UNREACHABLE_CLASSES = ['08', '53', '57'];

/** `query_canceled` is in class 57, but the server is reachable. */
const QUERY_CANCELED = '57014';

/** Errors of the driver without a code. */
const UNREACHABLE_MESSAGE =
  /^(Connection terminated|timeout exce?eded|timeout expired|Query read timeout|Client (has encountered a connection error|was closed))/;

function isUnreachable(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.some(isUnreachable);
  if (!(error instanceof Error)) return false;
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined) return UNREACHABLE_MESSAGE.test(error.message);
  // ECONNREFUSED, ENOTFOUND and the like; no SQLSTATE begins with an E.
  if (code.startsWith('E')) return true;
  return code !== QUERY_CANCELED && UNREACHABLE_CLASSES.includes(code.slice(0, 2));
}

/** A server with several addresses fails with one error per address. */
function reasonOf(error: unknown): string {
  return error instanceof AggregateError ? error.errors.map(messageOf).join(', ') : messageOf(error);
}
