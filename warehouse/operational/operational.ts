import { mkdir } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { PGlite } from '@electric-sql/pglite';
import { Kysely, PGliteDialect, PostgresDialect, sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import pg from 'pg';
import { Conflict, messageOf, Unavailable } from '../errors.ts';
import * as firstTables from './migrations/0001-first-tables.ts';
import * as stripeInbox from './migrations/0002-stripe-inbox.ts';
import * as interruptedRuns from './migrations/0003-interrupted-runs.ts';
import { openPostgresPool } from './postgres-pool.ts';
import type { OperationalTables } from './schema.ts';

/** The control store: API keys, job runs, and payouts in progress. */
export type Operational = Kysely<OperationalTables>;

/** In the order in which they are applied; a released migration is never changed. */
const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001-first-tables': firstTables,
  '0002-stripe-inbox': stripeInbox,
  '0003-interrupted-runs': interruptedRuns,
};

/** PostgreSQL's OIDs of the types that must not become a Date or an inexact number. */
const TIMESTAMPTZ = 1184;
const INT8 = 20;
const parsers: Readonly<Record<number, (text: string) => string | bigint>> = {
  [TIMESTAMPTZ]: (text: string): string => new Date(text).toISOString(),
  [INT8]: (text: string): bigint => BigInt(text),
};

export type OperationalAddress =
  | { readonly kind: 'pglite'; readonly folder: string | undefined }
  | { readonly kind: 'postgres'; readonly url: string };

/** Opens the store and migrates its tables to this version. Without a folder, PGlite stores everything in memory. */
export async function openOperational(address: OperationalAddress): Promise<Operational> {
  const db = new Kysely<OperationalTables>({
    dialect: address.kind === 'pglite' ? await pgliteDialect(address.folder) : postgresDialect(address.url),
  });
  try {
    await migrate(db);
    return db;
  } catch (error) {
    await db.destroy();
    throw error;
  }
}

async function pgliteDialect(folder: string | undefined): Promise<PGliteDialect> {
  if (!folder) return new PGliteDialect({ pglite: await PGlite.create({ parsers }) });
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw new Conflict(`The operational store in ${folder} cannot be opened: ${messageOf(error)}`);
  }
  try {
    return new PGliteDialect({ pglite: await PGlite.create({ dataDir: folder, parsers }) });
  } catch (cause) {
    // PGlite says no more than that it was aborted.
    const sentence = `The operational store in ${folder} is damaged or from another version; restore it from a backup.`;
    throw new Conflict(sentence, { cause });
  }
}

function postgresDialect(url: string): PostgresDialect {
  const types = { getTypeParser: (oid: number) => parsers[oid] ?? pg.types.getTypeParser(oid) };
  return new PostgresDialect({
    pool: openPostgresPool({ connectionString: url, types: types as pg.CustomTypesConfig }),
  });
}

/** The timeout of the probe; Kubernetes waits one second for its probes. */
const LONGEST_PROBE_MS = 750;

/** Why the control store cannot be used now, as a sentence; null if it can. */
export async function probeOperational(db: Operational): Promise<string | null> {
  const late = new AbortController();
  const answer = sql`select 1`.execute(db).then(() => null, messageOf);
  const silence = wait(LONGEST_PROBE_MS, 'The control store does not respond.', { signal: late.signal }).catch(
    () => null,
  );
  return Promise.race([answer, silence]).finally(() => late.abort());
}

async function migrate(db: Operational): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => ({ ...MIGRATIONS }) } });
  const { error } = await migrator.migrateToLatest();
  if (error) throw new Unavailable(`The operational store could not be brought up to date: ${messageOf(error)}`);
}
