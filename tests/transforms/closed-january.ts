import { existsSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { randomId } from '../../warehouse/ids.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import { restoreRows, saveRows } from '../jobs/warehouse-rows.ts';
import { storesFolder } from '../warehouse/operational/fresh-store.ts';
import { closeAt, JANUARY, openTestWarehouse, recordEvents } from './small-month.ts';

/** A warehouse with the events of JANUARY, closed at 2026-02-02T08:00:00Z: a run of the tests closes it once and begins with its rows elsewhere. */
export async function openClosedJanuary(): Promise<Warehouse> {
  const warehouse = await openTestWarehouse();
  const file = join(storesFolder(), 'small-january.duckdb');
  if (existsSync(file)) {
    await restoreRows(warehouse, file);
    return warehouse;
  }
  await recordEvents(warehouse, '2026-02-01T00:00:00Z', JANUARY);
  await closeAt(warehouse, '2026-01', '2026-02-02T08:00:00Z');
  // Renamed when it is complete; of several saved at the same time, any one is used.
  const beside = join(storesFolder(), `${randomId('small')}.duckdb`);
  await saveRows(warehouse, beside);
  await rename(beside, file);
  return warehouse;
}
