import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { DATABASE_FILE, replaceVersion } from '../../../jobs/publish-marts/folders.ts';
import { writeParquet } from '../../../jobs/publish-marts/write-parquet.ts';
import { openDuckDb } from '../../../warehouse/duckdb/duckdb.ts';
import { requirePresent } from '../../../warehouse/invariant.ts';
import type { PublishedTable } from '../../../warehouse/published/published-table.ts';
import { type Command, hasPython, jdbc, python, startReader } from '../../support/bi-clients/bi-clients.ts';
import { PUBLICATIONS } from '../../support/publications.ts';
import { temporaryFolder } from '../../warehouse/folder.ts';

/** DuckDB's packages for Python and Java, and pyarrow, read what is published while it is replaced. */

const byJdbc = jdbc();
const READERS: Readonly<Record<string, Command | undefined>> = {
  'DuckDB in Python, and pyarrow': hasPython('duckdb', 'pyarrow') ? python('read-while-replaced.py') : undefined,
  "DuckDB's JDBC driver": byJdbc && ((args) => byJdbc(['replaced', ...args])),
};

const TABLES: readonly PublishedTable[] = ['first', 'second'].map((name) => ({
  ...{ name, meaning: '', key: ['number'], references: [] },
  columns: [
    { name: 'number', type: 'int64', optional: false, meaning: '' },
    { name: 'amount', type: 'numeric', optional: false, meaning: '' },
  ],
}));

describe.each(Object.entries(READERS))('%s', (_, command) => {
  test.skipIf(!command)(
    `reads whole publications with exact sums while ${PUBLICATIONS} replace each other`,
    async () => {
      await using folder = await temporaryFolder();
      const warehouse = await openDuckDb({ path: join(folder.path, 'warehouse.duckdb') });
      const files = requirePresent(warehouse.files, 'DuckDB has files.');
      const publish = (number: number) =>
        replaceVersion(folder.path, {
          ...{ role: 'analyst', version: `v${number}` },
          async write(beside) {
            const database = join(beside, DATABASE_FILE);
            // Both tables have the same sum, which no other publication has.
            const select = `select range as number, cast(0.000000001 as decimal(38, 9)) + ${number} as amount from range(1000)`;
            await files.write(
              { analyst: database, finance: join(folder.path, 'finance.duckdb') },
              { tables: { analyst: TABLES, finance: TABLES }, select: () => select, conclude: async () => [] },
            );
            await writeParquet(files, { database, folder: beside, tables: TABLES });
          },
        });
      await publish(0);
      const reader = await startReader(
        requirePresent(command, 'This is skipped without it.')([join(folder.path, 'analyst')]),
      );
      for (let number = 1; number <= PUBLICATIONS; number++) await publish(number);
      const seen = await reader.stop();
      await warehouse.close();
      expect(seen.filter(([word]) => word !== 'seen')).toEqual([]);
      const byKind = Map.groupBy(seen, ([, kind = '']) => kind);
      expect(byKind.size).toBeGreaterThan(0);
      for (const [kind, totals] of byKind) {
        expect(totals.length, kind).toBeGreaterThan(1);
        for (const [, , first, second] of totals) {
          expect(first, kind).toMatch(/^\d+\.000001000$/);
          expect(second, kind).toBe(first);
        }
      }
    },
    600_000 + PUBLICATIONS * 2_000,
  );
});
