import type { Warehouse } from '../../warehouse/warehouse.ts';

/** The database that is attached to the warehouse while rows are kept or restored. */
const SAVED = 'saved';

/** The tables with rows in the warehouse itself, or in what is attached to it. */
async function tablesOf(warehouse: Warehouse, database: 'memory' | typeof SAVED): Promise<string[]> {
  const tables = await warehouse.query<{ name: string }>(
    `select schema_name || '.' || table_name as name from duckdb_tables()
    where database_name = $1 and schema_name <> 'seeds' and estimated_size > 0`,
    [database],
  );
  return tables.map(({ name }) => name);
}

/** Deletes the rows of every table but the seeds. */
export async function deleteRows(warehouse: Warehouse): Promise<void> {
  const tables = await tablesOf(warehouse, 'memory');
  await warehouse.transaction(async (writer) => {
    for (const name of tables) await writer.query(`delete from ${name}`);
  });
}

/** Writes the rows of every table to a new file. */
export async function saveRows(warehouse: Warehouse, file: string): Promise<void> {
  const tables = await tablesOf(warehouse, 'memory');
  await withAttached(warehouse, `attach '${file}' as ${SAVED}`, async () => {
    await warehouse.transaction(async (writer) => {
      for (const schema of new Set(tables.map((name) => name.split('.')[0]))) {
        await writer.query(`create schema ${SAVED}.${schema}`);
      }
      for (const name of tables) await writer.query(`create table ${SAVED}.${name} as from ${name}`);
    });
  });
}

/** Inserts the rows that `saveRows` has written; several processes may read the same file. */
export async function restoreRows(warehouse: Warehouse, file: string): Promise<void> {
  await withAttached(warehouse, `attach '${file}' as ${SAVED} (read_only)`, async () => {
    const tables = await tablesOf(warehouse, SAVED);
    await warehouse.transaction(async (writer) => {
      for (const name of tables) await writer.query(`insert into ${name} from ${SAVED}.${name}`);
    });
  });
}

async function withAttached(warehouse: Warehouse, attach: string, work: () => Promise<void>): Promise<void> {
  await warehouse.query(attach);
  try {
    await work();
  } finally {
    await warehouse.query(`detach ${SAVED}`);
  }
}

/**
 * Deletes what payouts and statements have sent to the warehouse. While the events of payouts remain and the control store is empty,
 * nobody who was paid before is paid again.
 */
export async function deleteOwnEvents(warehouse: Warehouse): Promise<void> {
  await warehouse.transaction(async (writer) => {
    for (const own of [
      'raw.payout_sent',
      'raw.payout_reversed',
      'raw.payout_changed',
      'raw.royalty_statement_issued',
    ]) {
      await writer.query(`delete from landing.messages where message_id in (select id from ${own})`);
      await writer.query(`delete from raw.tracks where id in (select id from ${own})`);
      await writer.query(`delete from ${own}`);
    }
  });
}
