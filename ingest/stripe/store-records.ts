import { isDeepStrictEqual } from 'node:util';
import { type Clock, instant } from '../../warehouse/clock.ts';
import { invariant } from '../../warehouse/invariant.ts';
import { textList } from '../../warehouse/text-list.ts';
import type { ValueRow, WarehouseWriter } from '../../warehouse/warehouse.ts';
import { latestRecords } from './queries.ts';
import type { Resource, StripeRecord } from './resource.ts';

export interface ReadAt {
  /** When the reading of the records began: before the request left, so that no later state passes for an earlier one. */
  readonly pulled_at: string;
  readonly clock: Clock;
}

/**
 * Appends those records of one kind that differ from what is stored of them last, and gives how many that were. What was
 * read later than these and is stored already, by a webhook during a pull, stands.
 */
export async function storeRecords<T extends StripeRecord>(
  writer: WarehouseWriter,
  resource: Resource<T>,
  records: readonly T[],
  { pulled_at, clock }: ReadAt,
): Promise<number> {
  invariant(new Set(records.map(({ id }) => id)).size === records.length, 'Records are stored once at a time.');
  const stored = await latestOf(writer, resource, records);
  const now = instant(clock.now());
  const changed: ValueRow[] = [];
  for (const record of records) {
    invariant(record.object === resource.object, `${record.id} is a ${record.object}, not a ${resource.object}.`);
    const row = resource.rowOf(record);
    const last = stored.get(record.id);
    if (last && isSame(last.object_stripe, String(row.object_stripe))) continue;
    if (last && last.pulled_at > pulled_at && last.pulled_at <= now) continue;
    changed.push({ ...row, pulled_at: laterThan(last?.pulled_at, pulled_at) });
  }
  await writer.append(resource.table, changed);
  return changed.length;
}

interface Stored extends ValueRow {
  readonly id_stripe: string;
  readonly object_stripe: string;
  readonly pulled_at: string;
}

async function latestOf(
  writer: WarehouseWriter,
  { table }: Resource,
  records: readonly StripeRecord[],
): Promise<ReadonlyMap<string, Stored>> {
  if (records.length === 0) return new Map();
  const rows = await writer.query<Stored>(...latestRecords(table, textList(records.map(({ id }) => id))));
  return new Map(rows.map((row) => [row.id_stripe, row]));
}

/** Another order of its members is no change of an object. */
function isSame(stored: string, read: string): boolean {
  return stored === read || isDeepStrictEqual(JSON.parse(stored), JSON.parse(read));
}

/** Of the states of a record the last one counts, also where the clock stood still or was set back between two. */
function laterThan(last: string | undefined, pulled_at: string): string {
  return last === undefined || last < pulled_at ? pulled_at : instant(Date.parse(last) + 1);
}
