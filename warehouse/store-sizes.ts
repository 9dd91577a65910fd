import { stat } from 'node:fs/promises';
import { sql } from 'kysely';
import { freeBytes } from './disk-space.ts';
import type { Operational } from './operational/operational.ts';

/** The file or folder of each store on this machine; undefined for a store that is elsewhere or in memory. */
export interface StorePlaces {
  /** DuckDB's file. */
  readonly warehouse: string | undefined;
  readonly control: string | undefined;
  readonly documents: string | undefined;
  readonly spool: string;
}

/** The size of DuckDB's file and of what it has not yet written into it; undefined if there is none. */
export async function warehouseSize(file: string | undefined): Promise<bigint | undefined> {
  if (file === undefined) return undefined;
  const sizes = await Promise.all([file, `${file}.wal`].map(sizeOf));
  return sizes[0] === undefined ? undefined : sizes.reduce<bigint>((sum, size) => sum + (size ?? 0n), 0n);
}

/** The size of the control store by its own account: https://www.postgresql.org/docs/17/functions-admin.html#FUNCTIONS-ADMIN-DBSIZE */
export async function controlSize(operational: Operational): Promise<bigint | undefined> {
  const { rows } = await sql<{ size: string | number }>`select pg_database_size(current_database()) as size`.execute(
    operational,
  );
  return rows[0] && BigInt(rows[0].size);
}

/** The size of all issued documents that were not deleted, each once, wherever they are stored. */
export async function documentsSize(operational: Operational): Promise<bigint> {
  const stored = operational
    .selectFrom('documents')
    .select(['hash', 'byte_size'])
    .distinct()
    .where('document_id', 'not in', ({ selectFrom }) =>
      selectFrom('record_deletions').select('record_id').where('record_kind', '=', 'document'),
    )
    .as('stored');
  const { size } = await operational
    .selectFrom(stored)
    .select(({ fn }) => fn.sum<string | null>('stored.byte_size').as('size'))
    .executeTakeFirstOrThrow();
  return BigInt(size ?? 0);
}

/** The free space on the disk of a file or folder; undefined if it is not on this machine. */
export async function freeBeside(place: string | undefined): Promise<bigint | undefined> {
  return place === undefined ? undefined : freeBytes(place);
}

async function sizeOf(path: string): Promise<bigint | undefined> {
  const found = await stat(path, { bigint: true }).catch(() => undefined);
  return found?.size;
}
