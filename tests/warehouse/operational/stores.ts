import pg from 'pg';
import { randomId } from '../../../warehouse/ids.ts';
import type { OperationalAddress } from '../../../warehouse/operational/operational.ts';
import { postgresServer } from '../../support/postgres-server.ts';
import { temporaryFolder } from '../folder.ts';
import { copyFreshStore } from './fresh-store.ts';

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
  ...(postgresServer === undefined ? [] : [onServer(postgresServer)]),
];

function onServer(server: string): StoreUnderTest {
  return { engine: 'PostgreSQL', isServer: true, make: () => databaseAt(server) };
}

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
