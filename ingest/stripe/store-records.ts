import { isDeepStrictEqual } from 'node:util';
import { type Clock, instant } from '../../warehouse/clock.ts';
import { invariant } from '../../warehouse/invariant.ts';
import { textList } from '../../warehouse/text-list.ts';
import type { ValueRow, WarehouseWriter } from '../../warehouse/warehouse.ts';
import { takeInstant } from '../load/warehouse-time.ts';
import { latestRecords } from './queries.ts';
import type { RecordKind, StripeRecord } from './resource.ts';

export interface ReadAt {
  /** When the reading of the records began: before the request was sent, so that an older state never looks newer than it is. */
  readonly pulled_at: string;
  readonly clock: Clock;
}

/**
 * Appends the records of one kind that differ from their latest stored version, and returns their number. A stored version
 * that was read later than these, by a webhook during a pull, takes precedence.
 */
export async function storeRecords<T extends StripeRecord>(
  writer: WarehouseWriter,
  kind: RecordKind<T>,
  records: readonly T[],
  { pulled_at, clock }: ReadAt,
): Promise<number> {
  const key = (record: T): string => keyOf(record.id, kind.accountOf?.(record));
  invariant(new Set(records.map(key)).size === records.length, 'A record must not occur twice in one batch.');
  const stored = await latestOf(writer, kind, records);
  const now = instant(clock.now());
  const changed: ValueRow[] = [];
  for (const record of records) {
    invariant(record.object === kind.object, `${record.id} must be a ${kind.object} but is a ${record.object}.`);
    const row = kind.rowOf(record);
    const last = stored.get(key(record));
    if (last && isSame(last.object_stripe, String(row.object_stripe))) continue;
    const version = versionAt(last?.pulled_at, { pulled_at, now });
    if (version !== undefined) changed.push({ ...row, pulled_at: version });
  }
  if (changed.length === 0) return 0;
  // A closing must be certain which records it has read.
  const recorded_at = await takeInstant(writer, clock);
  await writer.append(
    kind.table,
    changed.map((row) => ({ ...row, recorded_at })),
  );
  return changed.length;
}

interface Stored extends ValueRow {
  readonly id_stripe: string;
  readonly account_id_stripe?: string;
  readonly object_stripe: string;
  readonly pulled_at: string;
}

/** By their keys. */
async function latestOf<T extends StripeRecord>(
  writer: WarehouseWriter,
  { table, accountOf }: RecordKind<T>,
  records: readonly T[],
): Promise<ReadonlyMap<string, Stored>> {
  if (records.length === 0) return new Map();
  const ids = textList(records.map(({ id }) => id));
  const rows = await writer.query<Stored>(...latestRecords(table, { ids, isConnected: accountOf !== undefined }));
  return new Map(rows.map((row) => [keyOf(row.id_stripe, row.account_id_stripe), row]));
}

/** An id, or the id and account of a record inside a connected account. */
function keyOf(id: string, account: string | undefined): string {
  return account === undefined ? id : JSON.stringify([account, id]);
}

/** A different order of members is not a change. */
function isSame(stored: string, read: string): boolean {
  return stored === read || isDeepStrictEqual(JSON.parse(stored), JSON.parse(read));
}

/**
 * The time of a version that was read at `pulled_at`; undefined if the last one was read later. Versions of a record have increasing
 * times, even if the clock stood still or was set back.
 */
export function versionAt(
  last: string | undefined,
  { pulled_at, now }: { pulled_at: string; now: string },
): string | undefined {
  if (last === undefined || last < pulled_at) return pulled_at;
  if (last > pulled_at && last <= now) return undefined;
  return instant(Date.parse(last) + 1);
}
