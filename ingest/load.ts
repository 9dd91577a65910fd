import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { invariant } from '../warehouse/check.ts';
import type { Clock } from '../warehouse/clock.ts';
import type { ValueRow, Warehouse, WarehouseWriter } from '../warehouse/warehouse.ts';
import { discards, loads, messages, rejectedEvents } from './landing-tables.ts';
import { RawRows } from './raw-rows.ts';
import type { Receipt } from './rudder/receive.ts';
import type { Segment, Spool } from './spool.ts';
import { violationOf } from './violations.ts';
import { takeInstant } from './warehouse-time.ts';

/** Events that are in memory at once. */
const EVENTS_AT_ONCE = 10_000;

export interface LoadCounts {
  accepted: number;
  landed: number;
  duplicates: number;
  rejected: number;
}

export interface LoadOptions {
  readonly spool: Spool;
  readonly clock: Clock;
  readonly onProgress?: (text: string) => void;
}

/**
 * Lays every event that the gateway has acknowledged into the raw tables, or sets it aside with the reason. A segment goes
 * in whole, with the record that it did, in one transaction, so that none is loaded twice or in part.
 */
export async function loadSegments(
  warehouse: Warehouse,
  { spool, clock, onProgress }: LoadOptions,
): Promise<LoadCounts> {
  await spool.seal();
  const total: LoadCounts = { accepted: 0, landed: 0, duplicates: 0, rejected: 0 };
  for (const segment of await spool.segments()) {
    const counts = await warehouse.transaction(async (writer) => {
      const known = await writer.query(`select segment_id from ${loads.name} where segment_id = $1 limit 1`, [
        segment.segment_id,
      ]);
      return known.length > 0
        ? undefined
        : new SegmentLoad(writer, { segment, loadedAt: await takeInstant(writer, clock) }).run();
    });
    await spool.remove(segment.segment_id);
    if (!counts) continue;
    for (const key of Object.keys(total) as (keyof LoadCounts)[]) total[key] += counts[key];
    onProgress?.(`${total.accepted} events loaded`);
  }
  return total;
}

/** One segment on its way into the warehouse. */
class SegmentLoad {
  readonly #writer: WarehouseWriter;
  readonly #segment: Segment;
  readonly #loadedAt: string;
  readonly #raw: RawRows;
  readonly #counts = new Map<string, LoadCounts>();

  constructor(writer: WarehouseWriter, { segment, loadedAt }: { segment: Segment; loadedAt: string }) {
    this.#writer = writer;
    this.#segment = segment;
    this.#loadedAt = loadedAt;
    this.#raw = new RawRows(writer, loadedAt);
  }

  async run(): Promise<LoadCounts> {
    const { path, sha256, segment_id } = this.#segment;
    const hash = createHash('sha256');
    const file = createReadStream(path).on('data', (bytes) => hash.update(bytes));
    let receipts: Receipt[] = [];
    for await (const line of createInterface({ input: file, crlfDelay: Number.POSITIVE_INFINITY })) {
      receipts.push(JSON.parse(line) as Receipt);
      if (receipts.length === EVENTS_AT_ONCE) {
        await this.#loadSome(receipts);
        receipts = [];
      }
    }
    await this.#loadSome(receipts);
    invariant(hash.digest('hex') === sha256, `The segment ${path} no longer has the bytes that were acknowledged.`);
    const rows = [...this.#counts].map(([source_id, counts]) => ({
      segment_id,
      segment_hash: sha256,
      source_id,
      accepted_count: BigInt(counts.accepted),
      landed_count: BigInt(counts.landed),
      duplicate_count: BigInt(counts.duplicates),
      rejected_count: BigInt(counts.rejected),
      loaded_at: this.#loadedAt,
    }));
    await this.#writer.append(loads, rows);
    const sum = (key: keyof LoadCounts): number =>
      [...this.#counts.values()].reduce((total, counts) => total + counts[key], 0);
    const total = {
      accepted: sum('accepted'),
      landed: sum('landed'),
      duplicates: sum('duplicates'),
      rejected: sum('rejected'),
    };
    invariant(
      total.accepted === this.#segment.event_count &&
        total.landed + total.duplicates + total.rejected === total.accepted,
      `Of ${this.#segment.event_count} acknowledged events in ${segment_id}, ${total.landed} landed, ${total.duplicates} were duplicates and ${total.rejected} rejected.`,
    );
    return total;
  }

  async #loadSome(receipts: readonly Receipt[]): Promise<void> {
    if (receipts.length === 0) return;
    const seen = await this.#seenBefore(receipts.map(idOf));
    const arrived: ValueRow[] = [];
    const rejected: ValueRow[] = [];
    for (const receipt of receipts) {
      const message_id = idOf(receipt);
      const counts = this.#countsOf(receipt.source_id);
      counts.accepted++;
      if (seen.has(message_id)) {
        counts.duplicates++;
        continue;
      }
      seen.add(message_id);
      const setAside = violationOf(receipt.message) ?? this.#raw.add(receipt);
      if (setAside) rejected.push(this.#rejection(receipt, setAside));
      counts[setAside ? 'rejected' : 'landed']++;
      const { segment_id } = this.#segment;
      arrived.push({ message_id, source_id: receipt.source_id, segment_id, outcome: setAside ? 'rejected' : 'landed' });
    }
    await this.#raw.flush();
    await this.#writer.append(discards, this.#raw.takeDiscards());
    await this.#writer.append(messages, arrived);
    await this.#writer.append(rejectedEvents, rejected);
  }

  async #seenBefore(ids: readonly string[]): Promise<Set<string>> {
    const rows = await this.#writer.query<{ message_id: string }>(
      `select message_id from ${messages.name} where message_id in (select unnest(from_json($1, '["VARCHAR"]')))`,
      [JSON.stringify(ids)],
    );
    return new Set(rows.map((row) => row.message_id));
  }

  #rejection(
    receipt: Receipt,
    { violation, path, reason }: { violation: string; path: string; reason: string },
  ): ValueRow {
    const { message, source_id, received_at } = receipt;
    const event = typeof message.event === 'string' ? message.event : null;
    const whole = { source_id, event, message: JSON.stringify(message), received_at, loaded_at: this.#loadedAt };
    return { message_id: idOf(receipt), violation, violation_path: path, reason, ...whole };
  }

  #countsOf(sourceId: string): LoadCounts {
    const counts = this.#counts.get(sourceId) ?? { accepted: 0, landed: 0, duplicates: 0, rejected: 0 };
    this.#counts.set(sourceId, counts);
    return counts;
  }
}

function idOf({ message }: Receipt): string {
  return String(message.messageId);
}
