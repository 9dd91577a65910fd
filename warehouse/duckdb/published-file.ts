import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type DuckDBConnection, version } from '@duckdb/node-api';
import type { Part, PublishedFile } from '../published/database-files.ts';
import { isInParts, PART_COLUMN, type PublishedTable } from '../published/published-table.ts';
import { connect, createInstance } from './connect.ts';
import { literal, quoted } from './ddl.ts';
import { rowsOf } from './results.ts';
import { totalsOf } from './write-files.ts';

/** The name of the attached file. */
const DATABASE = 'published';
const pathOf = ({ name }: PublishedTable): string => `${DATABASE}.main.${quoted(name)}`;
const keyOf = ({ key }: PublishedTable): string => key.map(quoted).join(', ');

/** Opens a file on an engine of its own, so that nothing of it is left when it is closed. */
export async function openPublishedFile(file: string): Promise<PublishedFile> {
  const instance = await createInstance(':memory:');
  const connection = await connect(instance);
  await connection.run(`attach ${literal(file)} as ${DATABASE} (read_only)`);
  return {
    async parquet(folder, tables) {
      for (const table of tables) await writeParquet(connection, join(folder, table.name), table);
    },
    parts: (table) => partsOf(connection, table),
    async csv({ table, period, path }) {
      const rows = isInParts(table) ? ` where ${PART_COLUMN} = ${literal(period)}` : '';
      await connection.run(
        `copy (${selectOf(table)}${rows} order by ${keyOf(table)}) to ${literal(path)} (format csv, header false)`,
      );
    },
    totals: (table) => totalsOf(connection, table, pathOf(table)),
    close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

function selectOf(table: PublishedTable): string {
  return `select ${table.columns.map(({ name }) => quoted(name)).join(', ')} from ${pathOf(table)}`;
}

/** A table without rows has a file too, so that its columns are known. */
async function writeParquet(connection: DuckDBConnection, folder: string, table: PublishedTable): Promise<void> {
  await mkdir(folder, { recursive: true });
  const write = async (path: string, where: string): Promise<void> => {
    await connection.run(
      `copy (${selectOf(table)}${where} order by ${keyOf(table)}) to ${literal(path)} (format parquet, compression zstd)`,
    );
  };
  const periods = isInParts(table) ? await periodsOf(connection, table) : [];
  if (periods.length === 0) await write(join(folder, `${table.name}.parquet`), '');
  for (const period of periods) {
    await write(join(folder, `${period}.parquet`), ` where ${PART_COLUMN} = ${literal(period)}`);
  }
}

async function periodsOf(connection: DuckDBConnection, table: PublishedTable): Promise<readonly string[]> {
  const sql = `select distinct ${PART_COLUMN} as period from ${pathOf(table)} order by 1`;
  return (await rowsOf<{ period: string }>(connection, sql, [])).map(({ period }) => period);
}

/** The engine's hash may be another one in its next version, which then counts as a change of every part. */
async function partsOf(connection: DuckDBConnection, table: PublishedTable): Promise<Part[]> {
  const period = isInParts(table) ? quoted(PART_COLUMN) : `''`;
  const row = `row(${table.columns.map(({ name }) => quoted(name)).join(', ')})`;
  return rowsOf<{ period: string; fingerprint: string }>(
    connection,
    `select ${period} as period, concat_ws('-', ${literal(version())}, count(*), sum(hash(${row})), bit_xor(hash(${row}, 1))) as fingerprint
    from ${pathOf(table)} group by 1 order by 1`,
    [],
  );
}
