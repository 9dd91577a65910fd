import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { DATABASE_FILE, PARQUET_FOLDER, replaceVersion } from '../../../jobs/publish-marts/folders.ts';
import { openDuckDb } from '../../../warehouse/duckdb/duckdb.ts';
import { requirePresent } from '../../../warehouse/invariant.ts';
import type { PublishedTable } from '../../../warehouse/published/published-table.ts';
import { temporaryFolder } from '../../warehouse/folder.ts';

/** DuckDB's Python package and pyarrow read what is published while it is replaced. `pip install duckdb pyarrow`; PYTHON names another interpreter. */
const PYTHON = process.env.PYTHON ?? 'python3';
const canRun = spawnSync(PYTHON, ['-c', 'import duckdb, pyarrow']).status === 0;
if (!canRun) console.warn(`SKIPPED: nothing is read by Python, because ${PYTHON} has no duckdb and pyarrow.`);

const REPLACEMENTS = 20;
const TABLES: readonly PublishedTable[] = ['first', 'second'].map((name) => ({
  ...{ name, meaning: '', key: ['number'], references: [] },
  columns: [
    { name: 'number', type: 'int64', optional: false, meaning: '' },
    { name: 'amount', type: 'numeric', optional: false, meaning: '' },
  ],
}));

test.skipIf(!canRun)('Python reads whole publications with exact sums while they are replaced', async () => {
  await using folder = await temporaryFolder();
  const warehouse = await openDuckDb({ path: ':memory:' });
  const files = requirePresent(warehouse.files, 'DuckDB has files.');
  const publish = (number: number) =>
    replaceVersion(folder.path, {
      ...{ role: 'analyst', version: `v${number}` },
      async write(beside) {
        const database = join(beside, DATABASE_FILE);
        // Both tables have the same sum, which no other publication has.
        const select = `select range as number, cast(0.000000001 as decimal(38, 9)) + ${number} as amount from range(1000)`;
        await files.write(database, {
          tables: TABLES.map((table) => ({ table, select })),
          conclude: async () => [],
        });
        await mkdir(join(beside, PARQUET_FOLDER));
        const written = await files.open(database);
        await written.parquet(join(beside, PARQUET_FOLDER), TABLES);
        written.close();
      },
    });
  await publish(0);
  const reader = spawn(PYTHON, [join(import.meta.dirname, 'read-while-replaced.py'), join(folder.path, 'analyst')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await once(reader.stdout, 'readable');
  for (let number = 1; number <= REPLACEMENTS; number++) await publish(number);
  reader.stdin.end();
  const said = await text(reader.stdout);
  await warehouse.close();
  const { failures, ...seen } = JSON.parse(said.replace('ready\n', '')) as Record<
    'duckdb' | 'parquet',
    readonly (readonly [string, string])[]
  > & { readonly failures: readonly string[] };
  expect(failures).toEqual([]);
  for (const [kind, totals] of Object.entries(seen)) {
    expect(totals.length, kind).toBeGreaterThan(1);
    for (const [first, second] of totals) {
      expect(first, kind).toMatch(/^\d+\.000001000$/);
      expect(second, kind).toBe(first);
    }
  }
});
