import { type DuckDBConnection, version } from '@duckdb/node-api';
import type { Part, PartFile, PublishedFile } from '../published/database-files.ts';
import { isInParts, PART_COLUMN, type PublishedTable } from '../published/published-table.ts';
import { connect, createInstance } from './connect.ts';
import { literal, quoted } from './ddl.ts';
import { rowsOf } from './results.ts';
import { totalsOf } from './write-files.ts';

/** The name of the attached file. */
const DATABASE = 'published';
const pathOf = ({ name }: PublishedTable): string => `${DATABASE}.main.${quoted(name)}`;

/** Opens a file on an engine of its own, so that nothing of it is left when it is closed. */
export async function openPublishedFile(file: string): Promise<PublishedFile> {
  const instance = await createInstance(':memory:');
  const connection = await connect(instance);
  await connection.run(`attach ${literal(file)} as ${DATABASE} (read_only)`);
  return {
    parts: (table) => partsOf(connection, table),
    parquet: (part) => copy(connection, part, 'format parquet, compression zstd'),
    csv: (part) => copy(connection, part, 'format csv, header false'),
    totals: (table) => totalsOf(connection, table, pathOf(table)),
    close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

/** The rows are in the order in which the file was written, that of the key but for rows that were missing: reading keeps it, and sorting them again takes longer than writing them. */
async function copy(connection: DuckDBConnection, { table, period, path }: PartFile, options: string): Promise<void> {
  const columns = table.columns.map(({ name }) => quoted(name)).join(', ');
  const where = period === '' ? '' : `where ${PART_COLUMN} = ${literal(period)}`;
  await connection.run(`copy (select ${columns} from ${pathOf(table)} ${where}) to ${literal(path)} (${options})`);
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
