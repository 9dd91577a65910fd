import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import project from '../../../package.json' with { type: 'json' };
import { sha256Hex } from '../../../warehouse/ids.ts';
import { requirePresent } from '../../../warehouse/invariant.ts';
import { NAMES_ACT } from '../../../warehouse/operational/acts.ts';
import { type Operational, openOperational } from '../../../warehouse/operational/operational.ts';

const ROOT = join(import.meta.dirname, '../../..');
const MIGRATIONS = join(ROOT, 'warehouse/operational/migrations');
const CACHE = join(ROOT, 'node_modules');

/** The part of a template's key that changes with how it is made here. */
const MADE = 2;

/** The folder of the stores that the files of a worker share, as whoever starts and ends the run sets it. */
export const STORES_FOLDER = 'TEST_STORES_FOLDER';

/** Shared by the workers of a run, and removed at its end. */
export function storesFolder(): string {
  return requirePresent(process.env[STORES_FOLDER], 'Nobody has made a folder for the stores.');
}

/** Stores that nobody uses now, open and empty. */
const idle: Operational[] = [];

/**
 * An empty control store on PGlite. Opening one takes a second, so one that is disposed is emptied and given to the next
 * test file of the worker.
 */
export async function freshStore(): Promise<{ readonly operational: Operational } & AsyncDisposable> {
  const opened = idle.pop() ?? (await openStore());
  return {
    // What is kept about a store, such as its active runs, is kept by object.
    operational: opened.withoutPlugins().withPlugin(NAMES_ACT),
    async [Symbol.asyncDispose]() {
      await deleteEverything(opened);
      idle.push(opened);
    },
  };
}

async function openStore(): Promise<Operational> {
  const folder = await mkdtemp(join(storesFolder(), 'store-'));
  await copyFreshStore(folder);
  const opened = await openOperational({ kind: 'pglite', folder });
  await createDeletion(opened);
  return opened;
}

/** Deletes the rows of every table of a fresh store, which takes milliseconds; TRUNCATE makes new files and takes a tenth of a second. */
export async function deleteEverything(operational: Operational): Promise<void> {
  await operational.transaction().execute(async (transaction) => {
    // Without the checks of foreign keys the order does not matter.
    await sql`select set_config('session_replication_role', 'replica', true)`.execute(transaction);
    await sql`select delete_everything()`.execute(transaction);
  });
}

/** As one function its statements are planned once. The secret of the log is of the store, and not of what is in it. */
async function createDeletion(operational: Operational): Promise<void> {
  const { rows: tables } = await sql<{ name: string }>`
    select tablename as name from pg_tables where schemaname = 'public' and tablename not like 'kysely%' and tablename <> 'audit_secret'`.execute(
    operational,
  );
  const deletions = tables.map(({ name }) => `delete from "${name}";`).join(' ');
  await sql
    .raw(`create function delete_everything() returns void language plpgsql as $$ begin ${deletions} end $$`)
    .execute(operational);
}

/**
 * Copies the folder of an empty store to `folder`, to be opened by the caller. Creating one takes seconds, so the first test that
 * needs one stores it in `node_modules` as a template; another version of PGlite or of the migrations has another template.
 */
export async function copyFreshStore(folder: string): Promise<void> {
  const template = join(CACHE, `.tantieme-pglite-${templateKey()}`);
  if (!existsSync(template)) await makeTemplate(template);
  copyFolder(template, folder);
}

/** Of hundreds of files; asynchronously it takes twice as long. */
function copyFolder(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) copyFolder(source, target);
    else copyFileSync(source, target);
  }
}

function templateKey(): string {
  const migrations = readdirSync(MIGRATIONS)
    .sort()
    .map((name) => [name, readFileSync(join(MIGRATIONS, name), 'utf8')]);
  return sha256Hex(JSON.stringify([MADE, project.dependencies['@electric-sql/pglite'], ...migrations])).slice(0, 24);
}

/** Renamed when it is complete; of several created at the same time, the first one is used. */
async function makeTemplate(template: string): Promise<void> {
  const beside = await mkdtemp(`${template}-`);
  const made = await openOperational({ kind: 'pglite', folder: beside });
  await made.destroy();
  await shrink(beside);
  await rename(beside, template).catch(() => rm(beside, { recursive: true }));
}

/** Leaves only what a store uses: not the databases from which others are made, and a new log. */
async function shrink(folder: string): Promise<void> {
  const { PGlite } = await import('@electric-sql/pglite');
  const store = await PGlite.create({ dataDir: folder });
  for (const database of ['template0', 'template1']) {
    await store.exec(`alter database ${database} is_template false`);
    await store.exec(`drop database ${database}`);
  }
  await store.exec('select pg_switch_wal()');
  await store.exec('checkpoint');
  const { rows } = await store.query<{ current: string }>('select pg_walfile_name(pg_current_wal_lsn()) as current');
  await store.close();
  const log = join(folder, 'pg_wal');
  for (const { name } of readdirSync(log, { withFileTypes: true }).filter((entry) => entry.isFile())) {
    if (name !== rows[0]?.current) await rm(join(log, name));
  }
}
