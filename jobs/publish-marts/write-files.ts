import { join } from 'node:path';
import type { Model } from '../../transforms/engine/model.ts';
import { lastClose } from '../../transforms/ledger/closing.ts';
import {
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
import { currentVersion, DATABASE_FILE, replaceVersion } from './folders.ts';
import { linkParquet, writeParquet } from './write-parquet.ts';

export interface Publication {
  readonly version: string;
  readonly publishedAt: string;
}

interface WrittenFiles {
  /** The database file of finance. */
  readonly file: string;
  readonly rowCount: bigint;
}

/** Writes the files of both roles, as the warehouse is at one instant. */
export async function writeFiles(
  files: DatabaseFiles,
  { folder, ...named }: Publication & { readonly folder: string },
): Promise<WrittenFiles> {
  let rowCount = 0n;
  const content = contentOf(named, (count) => (rowCount = count));
  const { version } = named;
  const before = async (role: BiRole): Promise<string | undefined> => {
    const current = await currentVersion(folder, role);
    return current === undefined ? undefined : join(folder, role, current);
  };
  const [analystBefore, financeBefore] = [await before('analyst'), await before('finance')];
  await replaceVersion(folder, {
    ...{ role: 'analyst', version },
    write: (analyst) =>
      replaceVersion(folder, {
        ...{ role: 'finance', version },
        async write(finance) {
          const databases = { analyst: join(analyst, DATABASE_FILE), finance: join(finance, DATABASE_FILE) };
          await files.write(databases, content);
          await writeParquet(files, {
            ...{ database: databases.finance, folder: finance, tables: tablesOf('finance'), before: financeBefore },
          });
          const isWhole = new Set(wholeForFinance(content.tables).map(({ name }) => name));
          const { masked = [], same = [] } = Object.groupBy(tablesOf('analyst'), ({ name }) =>
            isWhole.has(name) ? 'masked' : 'same',
          );
          await writeParquet(files, {
            ...{ database: databases.analyst, folder: analyst, tables: masked, before: analystBefore },
          });
          await linkParquet(finance, analyst, same);
        },
      }),
  });
  return { file: join(folder, 'finance', version, DATABASE_FILE), rowCount };
}

/** The marts and, when their numbers are known, which publication it is and what was compared. */
function contentOf({ version, publishedAt }: Publication, counted: (rows: bigint) => void): FileContent {
  const seenBy = (role: BiRole): PublishedTable[] => MARTS.flatMap((mart) => visibleTo(role, mart) ?? []);
  return {
    tables: { analyst: seenBy('analyst'), finance: seenBy('finance') },
    select: ({ name }) => selectRows(martNamed(name))[0],
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

function martNamed(name: string): Model {
  return requirePresent(
    MARTS.find((mart) => mart.name === `tantieme.${name}`),
    `No mart is named ${name}.`,
  );
}

function published(table: Table): PublishedTable {
  return requirePresent(visibleTo('finance', table), 'Finance sees every table.');
}

function checksOf(totals: ReadonlyMap<string, Totals>): PublicationCheck[] {
  return [...totals].flatMap(([table_name, each]) =>
    [...each].map(([column_name, published_total]) => ({ table_name, column_name, published_total })),
  );
}
