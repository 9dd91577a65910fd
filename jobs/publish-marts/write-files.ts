import { link, mkdir, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { lastClose } from '../../transforms/ledger/closing.ts';
import {
  DIMENSIONS,
  MARTS,
  type PublicationCheck,
  type PublicationRow,
  publication,
  publicationChecks,
  tablesOf,
  visibleTo,
} from '../../transforms/published/published.ts';
import { requirePresent } from '../../warehouse/invariant.ts';
import type { DatabaseFiles, FileContent, Totals } from '../../warehouse/published/database-files.ts';
import { type BiRole, type PublishedTable, wholeForFinance } from '../../warehouse/published/published-table.ts';
import { selectRows } from '../../warehouse/table-queries.ts';
import type { Table } from '../../warehouse/vocabulary/tables.ts';
import { DATABASE_FILE, PARQUET_FOLDER, replaceVersion } from './folders.ts';

export interface Publication {
  readonly version: string;
  readonly publishedAt: string;
}

export interface WrittenFiles {
  /** The database file of finance. */
  readonly file: string;
  readonly rowCount: bigint;
}

/**
 * Writes the files of both roles: those of finance from the warehouse in one transaction, those of analysts from these, without
 * personal columns.
 */
export async function writeFiles(
  files: DatabaseFiles,
  { folder, ...named }: Publication & { readonly folder: string },
): Promise<WrittenFiles> {
  let rowCount = 0n;
  const file = (role: BiRole): string => join(folder, role, named.version, DATABASE_FILE);
  await replaceVersion(folder, {
    ...{ role: 'finance', version: named.version },
    async write(beside) {
      const database = join(beside, DATABASE_FILE);
      await files.write(
        database,
        contentOf(named, (count) => (rowCount = count)),
      );
      await writeParquet(files, { database, beside, tables: tablesOf('finance') });
    },
  });
  await replaceVersion(folder, {
    ...{ role: 'analyst', version: named.version },
    async write(beside) {
      const database = join(beside, DATABASE_FILE);
      const full = await files.open(file('finance'));
      try {
        await full.copy(database, tablesOf('analyst'));
      } finally {
        full.close();
      }
      const tables = { analyst: tablesOf('analyst'), finance: tablesOf('finance') };
      const differing = new Set(wholeForFinance(tables).map(({ name }) => name));
      const [masked, same] = [
        tables.analyst.filter(({ name }) => differing.has(name)),
        tables.analyst.filter(({ name }) => !differing.has(name)),
      ];
      await writeParquet(files, { database, beside, tables: masked });
      await linkParquet(dirname(file('finance')), beside, same);
    },
  });
  return { file: file('finance'), rowCount };
}

async function writeParquet(
  files: DatabaseFiles,
  { database, beside, tables }: { database: string; beside: string; tables: readonly PublishedTable[] },
): Promise<void> {
  const folder = join(beside, PARQUET_FOLDER);
  await mkdir(folder);
  const written = await files.open(database);
  try {
    await written.parquet(folder, tables);
  } finally {
    written.close();
  }
}

/** A table without personal columns has the same files for both roles. */
async function linkParquet(from: string, to: string, tables: readonly PublishedTable[]): Promise<void> {
  for (const { name } of tables) {
    const folder = join(to, PARQUET_FOLDER, name);
    await mkdir(folder);
    for (const file of await readdir(join(from, PARQUET_FOLDER, name))) {
      await link(join(from, PARQUET_FOLDER, name, file), join(folder, file));
    }
  }
}

/** The marts and, when their numbers are known, which publication it is and what was compared. */
function contentOf({ version, publishedAt }: Publication, counted: (rows: bigint) => void): FileContent {
  // Those to which others refer come last: they are completed by what the others name.
  const inOrder = [...MARTS.filter((mart) => !DIMENSIONS.includes(mart)), ...DIMENSIONS];
  return {
    tables: inOrder.map((mart) => ({ table: published(mart), select: selectRows(mart)[0] })),
    async conclude(totals, reader) {
      const rowCount = [...totals.values()].reduce((sum, each) => sum + BigInt(each.get('*') ?? 0), 0n);
      counted(rowCount);
      const closed = await lastClose(reader);
      const row: PublicationRow = {
        publication_version: version,
        published_at: publishedAt,
        published_row_count: rowCount,
        closed_period: closed?.period ?? null,
        seal: closed?.seal ?? null,
      };
      return [
        { table: published(publication), rows: [row] },
        { table: published(publicationChecks), rows: checksOf(totals) },
      ];
    },
  };
}

function published(table: Table): PublishedTable {
  return requirePresent(visibleTo('finance', table), 'Finance sees every table.');
}

function checksOf(totals: ReadonlyMap<string, Totals>): PublicationCheck[] {
  return [...totals].flatMap(([table_name, each]) =>
    [...each].map(([column_name, published_total]) => ({ table_name, column_name, published_total })),
  );
}
