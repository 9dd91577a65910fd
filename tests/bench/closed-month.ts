import { takeInstant } from '../../ingest/load/warehouse-time.ts';
import { build } from '../../transforms/engine/build.ts';
import { sealOf } from '../../transforms/ledger/seal.ts';
import { closes } from '../../transforms/ledger/tables.ts';
import { systemClock } from '../../warehouse/clock.ts';
import { nextPeriod } from '../../warehouse/period.ts';
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

/** Builds the books of the month and closes it, without what the job checks of earlier months. */
export async function closeMonth(warehouse: Warehouse): Promise<void> {
  await warehouse.transaction(async (writer) => {
    await build(writer, PERIOD, { parts: ['books'] });
    const { seal, postings } = await sealOf(writer, { period: PERIOD, previousSeal: null });
    const close = { period: PERIOD, next_period: nextPeriod(PERIOD), closed_by: 'bench', seal, previous_seal: null };
    const cutoff_at = await takeInstant(writer, systemClock);
    await writer.append(closes, [{ ...close, posting_count: BigInt(postings), cutoff_at }]);
  });
}
