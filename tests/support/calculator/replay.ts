import { RAW_TABLES } from '../../../ingest/load/raw-tables.ts';
import { STRIPE_TABLES } from '../../../ingest/stripe/tables.ts';
import { requirePresent } from '../../../warehouse/invariant.ts';
import type { ColumnShape, TableShape } from '../../../warehouse/vocabulary/tables.ts';
import type { Value, Warehouse } from '../../../warehouse/warehouse.ts';
import { closeAt } from '../../transforms/small-month.ts';
import type { Closing, RawEvent, RawRow } from './facts.ts';

const TABLES: readonly TableShape[] = [...RAW_TABLES, ...STRIPE_TABLES];

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
        TABLES.find(({ name }) => name === table || name === `raw.${table}`),
        `${table} must be a raw table.`,
      );
      await writer.append(
        shape,
        ofTable.map(({ row }) => Object.fromEntries(shape.columns.map((column) => [column.name, cellOf(row, column)]))),
      );
    }
  });
}

function cellOf(row: RawRow, { name, type }: ColumnShape): Value {
  if (name === 'pulled_at' || name === 'recorded_at') return row.loaded_at;
  const text = row[name] ?? null;
  if (text === null) return null;
  return type === 'int64' ? BigInt(text) : type === 'bool' ? text === 'true' : text;
}
