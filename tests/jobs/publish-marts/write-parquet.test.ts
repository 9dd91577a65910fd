import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeParquet } from '../../../jobs/publish-marts/write-parquet.ts';
import { openDuckDb } from '../../../warehouse/duckdb/duckdb.ts';
import { requirePresent } from '../../../warehouse/invariant.ts';
import type { DatabaseFiles } from '../../../warehouse/published/database-files.ts';
import type { PublishedTable } from '../../../warehouse/published/published-table.ts';
import type { Warehouse } from '../../../warehouse/warehouse.ts';
import { type TemporaryFolder, temporaryFolder } from '../../warehouse/folder.ts';

const TABLE: PublishedTable = {
  ...{ name: 'amounts', meaning: '', key: ['period', 'number'], references: [] },
  columns: [
    { name: 'period', type: 'string', optional: false, meaning: '' },
    { name: 'number', type: 'int64', optional: false, meaning: '' },
    { name: 'amount', type: 'numeric', optional: false, meaning: '' },
  ],
};
const JANUARY = `('2026-01', 1, 1.000000001), ('2026-01', 2, 2)`;

let folder: TemporaryFolder;
let warehouse: Warehouse;
let files: DatabaseFiles;
beforeAll(async () => {
  folder = await temporaryFolder();
  warehouse = await openDuckDb({ path: ':memory:' });
  files = requirePresent(warehouse.files, 'DuckDB has files.');
});
afterAll(async () => {
  await warehouse?.close();
  await folder?.[Symbol.asyncDispose]();
});

let count = 0;
/** The folder of a version with these rows, whose unchanged files are those of the version before. */
async function versionOf(rows: string, { table = TABLE, before }: { table?: PublishedTable; before?: string } = {}) {
  const version = join(folder.path, `v${++count}`);
  await mkdir(version);
  const database = join(version, 'tantieme.duckdb');
  const tables = { analyst: [table], finance: [table] };
  const select = () => `select * from (values ${rows}) as given(period, number, amount)`;
  await files.write(
    { analyst: join(version, 'analyst.duckdb'), finance: database },
    { tables, select, conclude: async () => [] },
  );
  await writeParquet(files, { database, folder: version, tables: [table], before });
  return version;
}

const fileOf = (version: string, period: string): string => join(version, 'parquet', 'amounts', `${period}.parquet`);
const isSameFile = async (one: string, other: string, period: string): Promise<boolean> =>
  (await stat(fileOf(one, period))).ino === (await stat(fileOf(other, period))).ino;
const sumsOf = (version: string) =>
  warehouse.query(
    `select period, cast(sum(amount) as varchar) as amount from read_parquet('${version}/parquet/amounts/*.parquet') group by period order by period`,
  );

test('only periods with a row that changed are written again', async () => {
  const first = await versionOf(`${JANUARY}, ('2026-02', 1, 5)`);
  const second = await versionOf(`${JANUARY}, ('2026-02', 1, 5.000000001), ('2026-03', 1, 7)`, { before: first });
  expect(await isSameFile(first, second, '2026-01')).toBe(true);
  expect(await isSameFile(first, second, '2026-02')).toBe(false);
  expect(await sumsOf(second)).toEqual([
    { period: '2026-01', amount: '3.000000001' },
    { period: '2026-02', amount: '5.000000001' },
    { period: '2026-03', amount: '7.000000000' },
  ]);
  // A period that is gone has no file.
  expect(await sumsOf(await versionOf(JANUARY, { before: second }))).toEqual([
    { period: '2026-01', amount: '3.000000001' },
  ]);
});

test('a period is written again if its columns changed or its file is gone', async () => {
  const first = await versionOf(JANUARY);
  const [period, number, amount] = TABLE.columns.map((column) => requirePresent(column, 'It has three.'));
  const columns = [period, { ...requirePresent(number, ''), type: 'numeric' as const }, amount] as typeof TABLE.columns;
  const other = await versionOf(JANUARY, { table: { ...TABLE, columns }, before: first });
  expect(await isSameFile(first, other, '2026-01')).toBe(false);
  await rm(join(first, 'parquet'), { recursive: true });
  expect(await sumsOf(await versionOf(JANUARY, { before: first }))).toEqual([
    { period: '2026-01', amount: '3.000000001' },
  ]);
});

test.each([
  ['cut off', (bytes: Buffer) => bytes.subarray(0, -10)],
  ['changed in a byte', (bytes: Buffer) => Buffer.from(bytes.map((byte, at) => (at === 10 ? byte ^ 1 : byte)))],
])('a file that is %s is written again, and the version before stays as it was found', async (_, damaged) => {
  const first = await versionOf(JANUARY);
  const bytes = await readFile(fileOf(first, '2026-01'));
  await writeFile(fileOf(first, '2026-01'), damaged(bytes));
  const second = await versionOf(JANUARY, { before: first });
  expect(await readFile(fileOf(second, '2026-01'))).toEqual(bytes);
  expect(await readFile(fileOf(first, '2026-01'))).toEqual(damaged(bytes));
  // What was written anew is linked again.
  const third = await versionOf(JANUARY, { before: second });
  expect(await isSameFile(second, third, '2026-01')).toBe(true);
});
