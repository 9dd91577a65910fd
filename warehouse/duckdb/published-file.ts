import { type DuckDBConnection, version } from '@duckdb/node-api';
import type { Part, PartContent, PartFile, PublishedFile } from '../published/database-files.ts';
import { isInParts, PART_COLUMN, type PublishedTable } from '../published/published-table.ts';
import type { ValueRow } from '../value.ts';
import { connect, createInstance } from './connect.ts';
import { literal, quoted } from './ddl.ts';
import { rowsOf } from './results.ts';
import { totalsIn } from './write-files.ts';

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
    contents: (table) => readParts<PartContent & ValueRow>(connection, table, []),
    parquet: (part) => copy(connection, part, 'format parquet, compression zstd'),
    csv: (part) => copyCsv(connection, part),
    close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

/** Reading keeps the order in which the rows were written; sorting them again takes longer than writing them. */
async function copy(connection: DuckDBConnection, { table, period, path }: PartFile, options: string): Promise<void> {
  const columns = table.columns.map(({ name }) => quoted(name)).join(', ');
  const where = period === '' ? '' : `where ${PART_COLUMN} = ${literal(period)}`;
  await connection.run(`copy (select ${columns} from ${pathOf(table)} ${where}) to ${literal(path)} (${options})`);
}

/** By one thread: two take half as much again of processor time, as they wait for each other to keep the order. */
async function copyCsv(connection: DuckDBConnection, part: PartFile): Promise<void> {
  await connection.run('set threads = 1');
  try {
    await copy(connection, part, 'format csv, header false');
  } finally {
    await connection.run('reset threads');
  }
}

async function partsOf(connection: DuckDBConnection, table: PublishedTable): Promise<Part[]> {
  // The names of the first two are no columns with sums.
  const rows = await readParts<Record<string, string> & PartContent>(connection, table, [totalsIn(table)]);
  return rows.map(({ period, fingerprint, ...totals }) => ({
    ...{ period, fingerprint, totals: new Map(Object.entries(totals)) },
  }));
}

/** Also with other columns. The engine's hash may be another one in its next version, which then counts as a change of every part. */
function readParts<R extends ValueRow>(
  connection: DuckDBConnection,
  table: PublishedTable,
  others: readonly string[],
): Promise<R[]> {
  const period = isInParts(table) ? quoted(PART_COLUMN) : `''`;
  const row = `row(${table.columns.map(({ name }) => quoted(name)).join(', ')})`;
  const fingerprint = `concat_ws('-', ${literal(version())}, count(*), sum(hash(${row})), bit_xor(hash(${row}, 1)))`;
  const columns = [`${period} as period`, `${fingerprint} as fingerprint`, ...others].join(', ');
  return rowsOf<R>(connection, `select ${columns} from ${pathOf(table)} group by 1 order by 1`, []);
}
