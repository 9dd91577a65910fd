import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openDuckDb } from '../../../warehouse/duckdb/duckdb.ts';
import type { TableShape } from '../../../warehouse/vocabulary/tables.ts';
import type { ValueRow } from '../../../warehouse/warehouse.ts';
import { temporaryFolder } from '../folder.ts';

function wideTable(columnCount: number): TableShape {
  const columns = Array.from({ length: columnCount }, (_, nth) => ({
    name: `column_${nth}`,
    type: 'string' as const,
    optional: true,
  }));
  return { name: 'raw.wide', meaning: 'A wide table.', columns };
}

const cells = (count: number, from: number): ValueRow =>
  Object.fromEntries(Array.from({ length: count }, (_, nth) => [`column_${from + nth}`, 'text']));

test('Rows take memory for what they hold, not for the square of the columns', async () => {
  const warehouse = await openDuckDb({ path: ':memory:' });
  const table = wideTable(600);
  const before = process.resourceUsage().maxRSS;
  await warehouse.transaction(async (writer) => {
    await writer.migrate([table]);
    // Few enough to be passed as a parameter.
    await writer.append(
      table,
      Array.from({ length: 400 }, (_, nth) => cells(2, nth)),
    );
  });
  expect(await warehouse.query('select count(column_7) as n, count(column_599) as none from raw.wide')).toEqual([
    { n: 2n, none: 0n },
  ]);
  expect((process.resourceUsage().maxRSS - before) / 1024).toBeLessThan(600);
  await warehouse.close();
});

test('A transaction with little memory commits rows of many columns', async () => {
  await using folder = await temporaryFolder();
  const warehouse = await openDuckDb({ path: join(folder.path, 'warehouse.duckdb') });
  const table = wideTable(1_200);
  await warehouse.transaction((writer) => writer.migrate([table]));
  const rows = Array.from({ length: 2_000 }, (_, nth) => cells(20, (nth % 60) * 20));
  for (let load = 0; load < 2; load++) {
    await warehouse.transaction((writer) => writer.append(table, rows), { lowMemory: true });
  }
  expect(await warehouse.query('select count(*) as n from raw.wide')).toEqual([{ n: 4_000n }]);
  await warehouse.close();
});
