import { type Dialect, Kysely } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { Conflict, messageOf, Unavailable } from '../errors.ts';
import * as firstTables from './migrations/0001-first-tables.ts';
import * as stripeInbox from './migrations/0002-stripe-inbox.ts';
import type { OperationalTables } from './schema.ts';

/** The control store: who may do what, which job runs, and the money in flight. */
export type Operational = Kysely<OperationalTables>;

/** In the order in which they are applied; one that has been released is never changed. */
const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001-first-tables': firstTables,
  '0002-stripe-inbox': stripeInbox,
};

export type OperationalAddress =
  | { readonly kind: 'pglite'; readonly folder: string | undefined }
  | { readonly kind: 'postgres'; readonly url: string };

/** Opens the store and brings its tables up to this version. Without a folder, PGlite keeps all in memory. */
export async function openOperational(address: OperationalAddress): Promise<Operational> {
  const db = new Kysely<OperationalTables>({ dialect: await dialectOf(address) });
  try {
    await migrate(db);
    return db;
  } catch (error) {
    await db.destroy();
    throw error;
  }
}

/** The engine that is not set is not loaded. */
async function dialectOf(address: OperationalAddress): Promise<Dialect> {
  if (address.kind === 'pglite') return (await import('./pglite.ts')).pgliteDialect(address.folder);
  return (await import('./postgres.ts')).postgresDialect(address.url);
}

async function migrate(db: Operational): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => ({ ...MIGRATIONS }) } });
  const { error } = await migrator.migrateToLatest();
  if (!error) return;
  const [, newer] = /previously executed migration (\S+) is missing/.exec(messageOf(error)) ?? [];
  if (newer !== undefined) {
    throw new Conflict(
      `The operational store cannot be used: a newer version of Tantieme prepared it (its migration ${newer}); use that version.`,
    );
  }
  throw new Unavailable(
    `The operational store could not be brought up to date: ${messageOf(error)}; mend that and start again, or restore it from a backup.`,
  );
}
