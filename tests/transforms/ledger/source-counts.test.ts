import { afterEach, expect, test } from 'vitest';
import { build } from '../../../transforms/engine/build.ts';
import { closeBooks } from '../../../transforms/ledger/close.ts';
import { verifyPeriod } from '../../../transforms/ledger/verify.ts';
import { Conflict, InvariantBroken } from '../../../warehouse/errors.ts';
import { parsePeriod } from '../../../warehouse/period.ts';
import type { Warehouse } from '../../../warehouse/warehouse.ts';
import { openClosedJanuary } from '../closed-january.ts';
import { closeAt, eventTable, JANUARY, openTestWarehouse, recordEvents, secretOf } from '../small-month.ts';

const [january, february] = [parsePeriod('2026-01'), parsePeriod('2026-02')];
const [JANUARY_CUTOFF, FEBRUARY_CUTOFF] = ['2026-02-02T08:00:00.000Z', '2026-03-02T08:00:00.000Z'];

const SALE_COLUMNS = 'sale_id asset_id developer_id amount tax_amount currency charge_id_stripe timestamp';
const saleOf = (id: string): string =>
  eventTable('license_purchased', SALE_COLUMNS, [`${id} | asset_song | dev_x | 50 | 0 | EUR | ch_${id} | 2026-01-20`]);

let warehouse: Warehouse;
afterEach(() => warehouse.close());

const change = (statement: string): Promise<unknown> => warehouse.transaction((writer) => writer.query(statement));
const buildFebruary = (): Promise<void> =>
  warehouse.withRollback((writer) => build(writer, february, { parts: ['books'] }));

test('rows that appear before the cutoff of a closing, or vanish after it, stop every build until they are put right', async () => {
  warehouse = await openClosedJanuary();
  await change('create table main.backup as select * from raw.asset_used');
  await change('delete from raw.asset_used');
  await recordEvents(warehouse, '2026-02-01T12:00:00Z', saleOf('sale_slow'));
  const sentences = [
    'raw.asset_used has 2 rows fewer than when 2026-01 was closed; restore what is missing from a backup, with the loaded_at that it had.',
    'raw.license_purchased has 1 row more than when 2026-01 was closed, with a loaded_at before its cutoff, which no period would book; set the loaded_at of what appeared to the present, and the open period books it (transforms/ledger/README.md says how).',
  ];
  const refusal = new InvariantBroken(`2026-02 cannot be built: ${sentences.join(' ')}`);
  await expect(buildFebruary()).rejects.toThrow(refusal);
  await expect(closeAt(warehouse, february, FEBRUARY_CUTOFF)).rejects.toThrow(refusal);
  expect(await verifyPeriod(warehouse, january)).toMatchObject({ holds: false, changed_sources: sentences });

  await change('insert into raw.asset_used select * from main.backup');
  await expect(buildFebruary()).rejects.toThrow(new InvariantBroken(`2026-02 cannot be built: ${sentences[1]}`));
  await change(`update raw.license_purchased set loaded_at = '2026-02-20 00:00:00+00' where sale_id = 'sale_slow'`);
  await closeAt(warehouse, february, FEBRUARY_CUTOFF);
  expect(
    await warehouse.query(
      `select period, earned_period, sum(gross_amount) as amount from tantieme.sale_allocations where sale_id = 'sale_slow' group by all`,
    ),
  ).toEqual([{ period: '2026-02', earned_period: '2026-01', amount: '50' }]);
  for (const period of [january, february]) {
    expect(await verifyPeriod(warehouse, period)).toMatchObject({ holds: true, changed_sources: [] });
  }
  // Each row is counted by one closing.
  expect(
    await warehouse.query(
      `select period, row_count from ledger.source_counts where source_table = 'raw.license_purchased' order by period`,
    ),
  ).toEqual([
    { period: '2026-01', row_count: 3n },
    { period: '2026-02', row_count: 1n },
  ]);

  // Rows of an earlier month are noticed too, and by its own verification.
  await recordEvents(warehouse, '2026-02-01T12:00:00Z', saleOf('sale_restored'));
  expect((await verifyPeriod(warehouse, january)).changed_sources).toHaveLength(1);
  expect((await verifyPeriod(warehouse, february)).changed_sources).toEqual([]);
  const march = warehouse.withRollback((writer) => build(writer, parsePeriod('2026-03'), { parts: ['books'] }));
  await expect(march).rejects.toThrow(
    '2026-03 cannot be built: raw.license_purchased has 1 row more than when 2026-01 was closed',
  );
});

test('rows that are not recorded before the cutoff refuse the closing: they would be booked twice', async () => {
  warehouse = await openTestWarehouse();
  await recordEvents(warehouse, '2026-02-01T00:00:00Z', JANUARY);
  const refusalOf = (table: string) =>
    new Conflict(
      `2026-01 cannot be closed: ${table} has 1 row without a loaded_at, or with one after the cutoff 2026-02-02T08:00:00.000Z; set it to the present, then close it again.`,
    );
  await change(`update raw.asset_used set loaded_at = null where use_id = 'use_2'`);
  await expect(closeAt(warehouse, january, JANUARY_CUTOFF)).rejects.toThrow(refusalOf('raw.asset_used'));
  await change(`update raw.asset_used set loaded_at = '2026-02-01 00:00:00+00'`);
  await recordEvents(warehouse, '2026-03-01T00:00:00Z', saleOf('sale_ahead'));
  await expect(closeAt(warehouse, january, JANUARY_CUTOFF)).rejects.toThrow(refusalOf('raw.license_purchased'));
  expect(await warehouse.query('select * from ledger.closes')).toEqual([]);
});

test('rows that appear while the books are built refuse the closing', async () => {
  warehouse = await openTestWarehouse();
  await recordEvents(warehouse, '2026-02-01T00:00:00Z', JANUARY);
  const closing = warehouse.transaction(async (writer) => {
    await build(writer, january, { parts: ['books'], closing: true, into: 'ledger' });
    await writer.query(
      `insert into raw.asset_used by name select * replace ('use_slow' as use_id) from raw.asset_used limit 1`,
    );
    await closeBooks(writer, { period: january, cutoffAt: JANUARY_CUTOFF, closedBy: 'Ada', secret: secretOf(january) });
  });
  await expect(closing).rejects.toThrow(
    new Conflict(
      '2026-01 cannot be closed: 1 row of raw.asset_used appeared while its books were built; wait until the load has ended, then close it again.',
    ),
  );
});
