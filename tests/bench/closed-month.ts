import { takeInstant } from '../../ingest/load/warehouse-time.ts';
import { build } from '../../transforms/engine/build.ts';
import { closeBooks } from '../../transforms/ledger/close.ts';
import { systemClock } from '../../warehouse/clock.ts';
import { randomSecret } from '../../warehouse/ids.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import { timed } from './measure.ts';
import { freshWarehouse, loadReceipts, monthOfReceipts, PERIOD } from './month.ts';

/** A warehouse with a closed month of the synthetic marketplace. */
export async function closedMonth(folder: string, { events = 20_000 } = {}): Promise<Warehouse> {
  const warehouse = await freshWarehouse(folder);
  await loadReceipts(warehouse, { receipts: monthOfReceipts(events), folder, time: timed });
  await closeMonth(warehouse);
  return warehouse;
}

/** Closes the books of the month, without what the job checks before. */
export async function closeMonth(warehouse: Warehouse): Promise<void> {
  await warehouse.transaction(async (writer) => {
    await build(writer, PERIOD, { parts: ['books'], closing: true, into: 'ledger' });
    await closeBooks(writer, {
      period: PERIOD,
      cutoffAt: await takeInstant(writer, systemClock),
      closedBy: 'bench',
      secret: randomSecret(),
    });
  });
}
