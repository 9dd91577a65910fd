import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { openDuckDb } from '../../../warehouse/duckdb/duckdb.ts';
import type { Warehouse } from '../../../warehouse/warehouse.ts';
import type { Message } from '../load/receipts.ts';
import type { Report } from './crash-cycle.ts';
import type { ProducedEvent } from './events.ts';
import type { Producer } from './producer.ts';

export interface Outcome {
  readonly folder: string;
  readonly producer: Producer;
  /** Ids that were enqueued for certain. */
  readonly enqueued: ReadonlySet<string>;
  readonly outbox: NonNullable<Report['outbox']>;
}

/** Compares what was loaded with what was acknowledged: every event exactly once, and none invented. */
export async function assertExactlyOnce({ folder, producer, enqueued, outbox }: Outcome): Promise<void> {
  expect(await readdir(join(folder, 'spool'))).toEqual([]);
  const warehouse = await openDuckDb({ path: join(folder, 'warehouse.duckdb') });
  try {
    const own = new Set(outbox.map(({ message_id }) => message_id));
    expect(outbox.filter(({ sent_at }) => sent_at === null)).toEqual([]);
    expect([...enqueued].filter((id) => !own.has(id))).toEqual([]);
    const landed = await landedRows(warehouse);
    const quarantined = await quarantinedMessages(warehouse);
    for (const event of producer.sent.values()) {
      const found = { rows: landed.get(event.id) ?? [], quarantined: quarantined.get(event.id) ?? [] };
      expectOnce(event, { ...found, isCertain: producer.acknowledged.has(event.id) });
    }
    for (const id of own) {
      expect(landed.get(id), id).toEqual([`creator_signed_up: ${JSON.stringify({ creator_name: id })}`, 'tracks: {}']);
    }
    const invented = [...landed.keys(), ...quarantined.keys()].filter((id) => !producer.sent.has(id) && !own.has(id));
    expect(invented).toEqual([]);
    await expectCounts(warehouse, { producer, landed: landed.size, quarantined: quarantined.size });
  } finally {
    await warehouse.close();
  }
}

interface Found {
  readonly rows: readonly string[];
  readonly quarantined: readonly string[];
  /** Whether it was acknowledged; otherwise it may be missing. */
  readonly isCertain: boolean;
}

function expectOnce({ id, message, lands }: ProducedEvent, { rows, quarantined, isCertain }: Found): void {
  if (!isCertain && rows.length + quarantined.length === 0) return;
  if (lands) {
    const values = JSON.stringify({ [lands.column]: lands.value });
    expect(rows, id).toEqual([`${lands.table}: ${values}`, ...(message.type === 'track' ? ['tracks: {}'] : [])]);
    expect(quarantined, id).toEqual([]);
  } else {
    expect(rows, id).toEqual([]);
    expect(quarantined.map(contentOf), id).toEqual([contentOf(JSON.stringify(message))]);
  }
}

/** The content of an event, without what an SDK adds to it. */
function contentOf(text: string): unknown {
  const { type, event, userId, timestamp, properties } = JSON.parse(text) as Message;
  return { type, event, userId, timestamp, properties };
}

/** By id, the rows of all raw tables: each as its table and the column that identifies it. */
async function landedRows(warehouse: Warehouse): Promise<Map<string, string[]>> {
  const columns = ['creator_name', 'developer_name', 'previous_id', 'mark'];
  const tables = await warehouse.query<{ table_name: string; columns: string }>(
    `select table_name, string_agg(column_name, ',') as columns from information_schema.columns
      where table_schema = 'raw' and table_name <> 'rudder_discards' group by 1 order by 1`,
  );
  const rows = new Map<string, string[]>();
  for (const { table_name, columns: all } of tables) {
    const identifying = columns.filter((column) => table_name !== 'tracks' && all.split(',').includes(column));
    for (const row of await warehouse.query(`select ${['id', ...identifying].join(', ')} from raw.${table_name}`)) {
      const { id, ...values } = row;
      const key = String(id);
      rows.set(key, [...(rows.get(key) ?? []), `${table_name}: ${JSON.stringify(values)}`]);
    }
  }
  return rows;
}

async function quarantinedMessages(warehouse: Warehouse): Promise<Map<string, string[]>> {
  const messages = new Map<string, string[]>();
  for (const row of await warehouse.query('select message_id, message from landing.quarantined_events')) {
    const id = String(row.message_id);
    messages.set(id, [...(messages.get(id) ?? []), String(row.message)]);
  }
  return messages;
}

async function expectCounts(
  warehouse: Warehouse,
  { producer, landed, quarantined }: { producer: Producer; landed: number; quarantined: number },
): Promise<void> {
  const [counts] = await warehouse.query(`
    select sum(accepted_count)::bigint as accepted, sum(landed_count)::bigint as landed,
      sum(duplicate_count)::bigint as duplicates, sum(quarantined_count)::bigint as quarantined,
      count(*) - count(distinct (segment_id, source_id)) as loaded_twice,
      count(distinct segment_id) - count(distinct loaded_at) as at_one_instant,
      count(*) filter (loaded_at < before) as back_in_time
    from (select *, lag(loaded_at) over (order by rowid) as before from landing.loads)`);
  expect(counts).toMatchObject({
    landed: BigInt(landed),
    quarantined: BigInt(quarantined),
    loaded_twice: 0n,
    at_one_instant: 0n,
    back_in_time: 0n,
  });
  const [accepted, duplicates] = [Number(counts?.accepted), Number(counts?.duplicates)];
  expect(accepted).toBe(landed + quarantined + duplicates);
  // What was answered is accepted each time; what was accepted and lost its answer comes on top of that.
  expect(accepted).toBeGreaterThanOrEqual(producer.acknowledgedCount);
  const [messages] = await warehouse.query(`
    select count(*) as rows, count(distinct message_id) as ids, (select count(*) from raw.rudder_discards) as discards
    from landing.messages`);
  expect(messages).toEqual({ rows: BigInt(landed + quarantined), ids: BigInt(landed + quarantined), discards: 0n });
}
