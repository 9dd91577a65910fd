import { RAW_TABLES } from '../../../ingest/load/raw-tables.ts';
import { requirePresent } from '../../../warehouse/invariant.ts';
import type { Warehouse } from '../../../warehouse/warehouse.ts';
import { closeAt } from '../../transforms/small-month.ts';
import type { Closing, RawEvent } from './facts.ts';

/**
 * Loads the events in a warehouse and closes the periods: before each closing, what was recorded before its cutoff. Stops at a
 * period that cannot be closed.
 */
export async function replay(
  warehouse: Warehouse,
  { events, closings }: { events: readonly RawEvent[]; closings: readonly Closing[] },
): Promise<{ closed: readonly string[]; failure?: string }> {
  const closed: string[] = [];
  let since = '';
  for (const { period, cutoff } of closings) {
    await load(
      warehouse,
      events.filter(({ row }) => since <= row.loaded_at && row.loaded_at < cutoff),
    );
    try {
      await closeAt(warehouse, period, cutoff);
    } catch (error) {
      return { closed, failure: `The models cannot close ${period}: ${error}` };
    }
    closed.push(period);
    since = cutoff;
  }
  return { closed };
}

async function load(warehouse: Warehouse, events: readonly RawEvent[]): Promise<void> {
  await warehouse.transaction(async (writer) => {
    for (const [table, ofTable] of Map.groupBy(events, (event) => event.table)) {
      const shape = requirePresent(
        RAW_TABLES.find(({ name }) => name === `raw.${table}`),
        `${table} must be a raw table.`,
      );
      const nothing = Object.fromEntries(shape.columns.map(({ name }) => [name, null]));
      await writer.append(
        shape,
        ofTable.map(({ row }) => ({ ...nothing, ...row })),
      );
    }
  });
}
