import { existsSync, readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tableFromIPC } from 'apache-arrow';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MART_FORMATS, type MartRead } from '../../../api/http/mart-formats.ts';
import type { BulkReader } from '../../../warehouse/bulk.ts';
import { openDuckDb } from '../../../warehouse/duckdb/duckdb.ts';
import { Rejected } from '../../../warehouse/errors.ts';
import { requirePresent } from '../../../warehouse/invariant.ts';
import type { ColumnShape, ColumnType } from '../../../warehouse/vocabulary/tables.ts';
import type { Warehouse } from '../../../warehouse/warehouse.ts';
import { type TemporaryFolder, temporaryFolder } from '../folder.ts';

let folder: TemporaryFolder;
let warehouse: Warehouse;
let bulk: BulkReader;
beforeAll(async () => {
  folder = await temporaryFolder();
  warehouse = await openDuckDb({ path: ':memory:', spillFolder: join(folder.path, "it's", 'spill') });
  bulk = requirePresent(warehouse.bulk, 'DuckDB reads in bulk.');
});
afterAll(async () => {
  await warehouse.close();
  await folder[Symbol.asyncDispose]();
});

const TYPES = {
  label: 'string',
  exact: 'numeric',
  whole: 'int64',
  occurred_at: 'timestamp',
  paid_on: 'date',
  is_last: 'bool',
} as const satisfies Record<string, ColumnType>;
const columns: readonly ColumnShape[] = Object.entries(TYPES).map(([name, type]) => ({ name, type, optional: true }));
const table = { name: 'test.all', meaning: 'One row per text.', columns };

/** One row per text, with every type, extremes and nulls; more than a chunk of the engine. */
const SQL = `
  with texts (label) as (
    values ('=1+1'), ('+1'), ('-1'), ('@a'), (chr(9) || 'tab'), (chr(13) || 'return'), (chr(0) || 'nul'), ('a,b'), ('say "x"'),
      ('two' || chr(10) || 'lines'), ('one' || chr(13) || 'two'), (''), (' spaces '), ('Žofie 日本 🎉'), ('"'), (''''), (null),
      (' =1'), (chr(8203) || '=1'), (chr(12288) || '＝1'), ('－1'), (chr(10) || 'a'), (' a=1')
  ),
  repeated as (select *, row_number() over (order by label, n) as row_number from texts, range(200) as numbers (n))
  select
    label,
    cast(case when row_number % 7 = 0 then null when row_number % 5 = 0 then -9999999999999999999.999999999 else row_number * -0.0000005 end as decimal(38, 9)) as exact,
    case when row_number % 5 = 0 then -9223372036854775808 when row_number % 6 = 0 then null else row_number end as whole,
    case when row_number % 4 = 0 then null else timestamptz '1969-12-31 23:59:59.9999Z' + to_microseconds(row_number * 250) end as occurred_at,
    case when row_number % 9 = 0 then null else date '1970-01-05' - cast(row_number as integer) end as paid_on,
    case when row_number % 3 = 0 then null else row_number % 2 = 0 end as is_last
  from repeated
  where label is distinct from $1
  order by row_number`;

const read = (from: MartRead['warehouse']): MartRead => ({ table, query: [SQL, ['none']], warehouse: from });
const rowsOnly: MartRead['warehouse'] = { stream: (...args) => warehouse.stream(...args) };

async function bytesOf(pieces: AsyncIterable<string | Uint8Array>): Promise<Buffer> {
  const found: Buffer[] = [];
  for await (const piece of pieces) found.push(Buffer.from(piece));
  return Buffer.concat(found);
}

test('CSV has the same bytes from the engine as from rows', async () => {
  const { write } = MART_FORMATS.csv;
  const [fast, slow] = [await bytesOf(write(read(warehouse))), await bytesOf(write(read(rowsOnly)))];
  expect(fast.toString().split('\r\n')).toEqual(slow.toString().split('\r\n'));
  expect(fast.equals(slow)).toBe(true);
});

test('Arrow has the same rows from the engine as from rows', async () => {
  const { write } = MART_FORMATS.arrow;
  const [fast, slow] = [await bytesOf(write(read(warehouse))), await bytesOf(write(read(rowsOnly)))].map((bytes) => {
    const table = tableFromIPC(bytes);
    return table.schema.fields.map(({ name }) => [
      name,
      String(table.schema),
      [...(table.getChild(name) ?? [])].map(String),
    ]);
  });
  expect(fast).toEqual(slow);
});

test('Parquet has the same rows', async () => {
  const path = join(folder.path, 'rows.parquet');
  await writeFile(path, await bytesOf(MART_FORMATS.parquet.write(read(warehouse))));
  const found = await warehouse.query(`select * from read_parquet('${path}')`);
  expect(found).toEqual(await warehouse.query(SQL, ['none']));
  expect(() => MART_FORMATS.parquet.write(read(rowsOnly))).toThrow(Rejected);
});

test('the rows have the order of the query, also where several threads read them', async () => {
  const threaded = await openDuckDb({ path: ':memory:', threads: 4 });
  const sql = 'select md5(cast(range as varchar)) as label from range(300000) order by label';
  const given: MartRead = {
    table: { ...table, columns: columns.slice(0, 1) },
    query: [sql, []],
    warehouse: threaded,
  };
  const csv = (await bytesOf(MART_FORMATS.csv.write(given))).toString().trimEnd().split('\r\n').slice(1);
  const arrow = tableFromIPC(await bytesOf(MART_FORMATS.arrow.write(given)));
  const labels = await threaded.query<{ label: string }>(sql);
  await threaded.close();
  const isInOrder = (found: readonly unknown[]) => found.every((label, index) => label === labels[index]?.label);
  expect([csv.length, isInOrder(csv)]).toEqual([300_000, true]);
  expect([arrow.numRows, isInOrder([...(arrow.getChild('label') ?? [])])]).toEqual([300_000, true]);
});

test('a query that fails while its rows are read throws, and leaves no file', async () => {
  const failing = {
    sql: `select case when range = 5000 then error('no more') else 'x' end as label from range(6000)`,
    parameters: [],
    columns: columns.slice(0, 1),
  };
  await expect(bytesOf(bulk.file(failing, 'csv'))).rejects.toThrow('no more');
  await expect(
    (async () => {
      for await (const { rowCount } of bulk.columns(failing)) expect(rowCount).toBeGreaterThan(0);
    })(),
  ).rejects.toThrow();
  const spill = join(folder.path, "it's", 'spill');
  expect(existsSync(spill) ? readdirSync(spill) : []).toEqual([]);
});

test('a reader that stops early leaves no file and no transaction', async () => {
  for await (const piece of bulk.file({ sql: SQL, parameters: ['none'], columns }, 'csv')) {
    expect(piece.length).toBeGreaterThan(0);
    break;
  }
  expect(readdirSync(join(folder.path, "it's", 'spill'))).toEqual([]);
});
