import { afterEach, beforeEach, expect, test } from 'vitest';
import { moveWarehouse } from '../../../transforms/engine/move-warehouse.ts';
import { lastClose } from '../../../transforms/ledger/closing.ts';
import { InvariantBroken } from '../../../warehouse/errors.ts';
import { parsePeriod } from '../../../warehouse/period.ts';
import type { Warehouse } from '../../../warehouse/warehouse.ts';
import { closeAt, JANUARY, openTestWarehouse, recordEvents } from '../small-month.ts';

const PERIOD = parsePeriod('2026-01');

let from: Warehouse;
let to: Warehouse;
beforeEach(async () => {
  from = await openTestWarehouse();
  await recordEvents(from, '2026-02-01T00:00:00Z', JANUARY);
  await closeAt(from, PERIOD, '2026-02-02T08:00:00Z');
  to = await openTestWarehouse();
});
afterEach(() => Promise.all([from.close(), to.close()]));

test('a moved warehouse has all rows and closed periods, and moving it again changes nothing', async () => {
  const moved = await moveWarehouse(from, to);
  expect(moved.periods).toEqual([PERIOD]);
  expect(await lastClose(to)).toEqual(await lastClose(from));
  expect(await moveWarehouse(from, to)).toEqual(moved);
  for (const table of ['raw.asset_used', 'stripe.transfers', 'tantieme.postings', 'tantieme.balances']) {
    const all = `select * from ${table} order by all`;
    expect(await to.query(all), table).toEqual(await from.query(all));
  }
});

test('a target with other rows is refused', async () => {
  await recordEvents(to, '2026-02-03T00:00:00Z', JANUARY);
  await recordEvents(to, '2026-02-04T00:00:00Z', JANUARY);
  await expect(moveWarehouse(from, to)).rejects.toThrow('move into an empty warehouse');
});

test('a period whose books differ from its seal is reported', async () => {
  await from.transaction(async (writer) => {
    await writer.query(`update raw.license_purchased set amount = '51' where sale_id = 'sale_1'`);
  });
  await expect(moveWarehouse(from, to)).rejects.toThrow(InvariantBroken);
});
