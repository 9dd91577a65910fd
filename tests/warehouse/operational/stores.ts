import pg from 'pg';
import { randomId } from '../../../warehouse/ids.ts';
import type { OperationalAddress } from '../../../warehouse/operational/operational.ts';
import { temporaryFolder } from '../folder.ts';
import { copyFreshStore } from './fresh-store.ts';

/** A PostgreSQL server on which the tests can create databases of their own. */
const url = process.env.TEST_OPERATIONAL_URL?.startsWith('postgres') ? process.env.TEST_OPERATIONAL_URL : undefined;
if (!url)
  console.info('TEST_OPERATIONAL_URL is not a PostgreSQL address, so the control store is tested on PGlite only.');

export interface StoreUnderTest {
  readonly engine: string;
  /** Whether the server can close its connections. */
  readonly isServer: boolean;
  /** An empty store, and the function that drops it. */
  make(): Promise<{ address: OperationalAddress; drop(): Promise<void> }>;
}

/** Every available engine of the control store. */
export const STORES: readonly StoreUnderTest[] = [
  {
    engine: 'PGlite',
    isServer: false,
    make: emptyFolder,
  },
  ...(url ? [{ engine: 'PostgreSQL', isServer: true, make: () => databaseAt(url) }] : []),
];

async function emptyFolder(): ReturnType<StoreUnderTest['make']> {
  const folder = await temporaryFolder();
  await copyFreshStore(folder.path);
  return { address: { kind: 'pglite', folder: folder.path }, drop: async () => folder[Symbol.asyncDispose]() };
}

async function databaseAt(server: string): ReturnType<StoreUnderTest['make']> {
  const name = randomId('tantieme_test');
  await execute(server, `create database ${name}`);
  const address = new URL(server);
  address.pathname = `/${name}`;
  return {
    address: { kind: 'postgres', url: address.href },
    drop: () => execute(server, `drop database ${name} with (force)`),
  };
}

async function execute(connectionString: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  await client.query(sql);
  await client.end();
}
