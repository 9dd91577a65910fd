import { readFile } from 'node:fs/promises';
import { invariant } from '../warehouse/check.ts';
import type { Clock } from '../warehouse/clock.ts';
import { messageOf, Unavailable } from '../warehouse/errors.ts';
import { derivedId, sha256Hex } from '../warehouse/ids.ts';
import type { ValueRow, Warehouse, WarehouseWriter } from '../warehouse/warehouse.ts';
import { discards, loads, messages, rejectedEvents } from './landing-tables.ts';
import { RawRows } from './raw-rows.ts';
import type { Receipt } from './rudder/receive.ts';
import type { Segment, Spool } from './spool.ts';
import { type Violation, violationOf } from './violations.ts';
import { takeInstant } from './warehouse-time.ts';

/** What has come before under an id. */
interface Known extends ValueRow {
  readonly outcome: string;
  readonly message_hash: string;
}

const IN_IDS = `message_id in (select unnest(from_json($1, '["VARCHAR"]')))`;

const OTHER_CONTENT: Violation = {
  violation: 'Datatype-Mismatch',
  path: '/messageId',
  reason: 'Another event with the same id, which says something else, has landed already.',
};

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
      if (await isLoaded(writer, segment)) return undefined;
      return new SegmentLoad(writer, { segment, loadedAt: await takeInstant(writer, clock) }).run();
    });
    await spool.remove(segment.segment_id);
    if (!counts) continue;
    for (const key of Object.keys(total) as (keyof LoadCounts)[]) total[key] += counts[key];
    onProgress?.(`${total.accepted} events loaded`);
  }
  return total;
}

async function isLoaded(writer: WarehouseWriter, { segment_id, sha256 }: Segment): Promise<boolean> {
  const [known] = await writer.query<{ segment_hash: string }>(
    `select segment_hash from ${loads.name} where segment_id = $1 limit 1`,
    [segment_id],
  );
  invariant(
    !known || known.segment_hash === sha256,
    `The segment ${segment_id} was loaded already, but with other bytes; neither is forgotten.`,
  );
  return known !== undefined;
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
    const { sha256, segment_id } = this.#segment;
    let receipts: Receipt[] = [];
    for (const line of linesOf(await bytesOf(this.#segment))) {
      receipts.push(receiptOf(line));
      if (receipts.length === EVENTS_AT_ONCE) {
        await this.#loadSome(receipts);
        receipts = [];
      }
    }
    await this.#loadSome(receipts);
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
    const known = await this.#knownOf(receipts.map(idOf));
    const arrived = new Map<string, ValueRow>();
    const rejected: ValueRow[] = [];
    for (const receipt of receipts) {
      const message_id = idOf(receipt);
      const message_hash = contentHash(receipt);
      const before = known.get(message_id);
      const fate = this.#fateOf(receipt, { before, message_hash });
      const counts = this.#countsOf(receipt.source_id);
      counts.accepted++;
      counts[fate.counts]++;
      if (fate.setAside) rejected.push(this.#rejection(receipt, fate.setAside));
      // What has landed stays landed, whatever comes under its id.
      if (fate.counts === 'duplicates' || before?.outcome === 'landed') continue;
      const outcome = fate.setAside ? 'rejected' : 'landed';
      known.set(message_id, { outcome, message_hash });
      const { segment_id } = this.#segment;
      arrived.set(message_id, { message_id, message_hash, source_id: receipt.source_id, segment_id, outcome });
    }
    await this.#raw.flush();
    await this.#writer.append(discards, this.#raw.takeDiscards());
    await this.#writer.execute(`delete from ${messages.name} where ${IN_IDS}`, [JSON.stringify([...arrived.keys()])]);
    await this.#writer.append(messages, [...arrived.values()]);
    await this.#writer.append(rejectedEvents, rejected);
  }

  /**
   * What becomes of an event: it lands, it repeats what came before under its id, or it is set aside. One that was set aside
   * may land when it comes again mended; one that says something else than what has landed is kept, but never lands.
   */
  #fateOf(
    receipt: Receipt,
    { before, message_hash }: { before: Known | undefined; message_hash: string },
  ): { counts: 'landed' | 'duplicates' | 'rejected'; setAside?: Violation } {
    const isRepetition = before?.message_hash === message_hash;
    if (before?.outcome === 'landed') {
      return isRepetition ? { counts: 'duplicates' } : { counts: 'rejected', setAside: OTHER_CONTENT };
    }
    const setAside = violationOf(receipt.message) ?? this.#raw.add(receipt);
    if (!setAside) return { counts: 'landed' };
    return isRepetition ? { counts: 'duplicates' } : { counts: 'rejected', setAside };
  }

  async #knownOf(ids: readonly string[]): Promise<Map<string, Known>> {
    const rows = await this.#writer.query<{ message_id: string } & Known>(
      `select message_id, outcome, message_hash from ${messages.name} where ${IN_IDS}`,
      [JSON.stringify(ids)],
    );
    return new Map(rows.map(({ message_id, outcome, message_hash }) => [message_id, { outcome, message_hash }]));
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

/** The bytes that were acknowledged. Throws `InvariantBroken` where the file no longer has them. */
async function bytesOf({ path, sha256 }: Segment): Promise<Buffer> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw new Unavailable(`The segment ${path} cannot be read: ${messageOf(error)}`);
  });
  invariant(sha256Hex(bytes) === sha256, `The segment ${path} no longer has the bytes that were acknowledged.`);
  return bytes;
}

const NEWLINE = 0x0a;

/** A line ends at a newline alone: U+2028 and its like are text. */
function* linesOf(bytes: Buffer): Generator<string> {
  for (let from = 0, to = bytes.indexOf(NEWLINE); to !== -1; from = to + 1, to = bytes.indexOf(NEWLINE, from)) {
    yield bytes.toString('utf8', from, to);
  }
}

/** Half a character, which JSON can spell and UTF-8 cannot, is read as Go reads it, and so RudderStack: as U+FFFD. */
function receiptOf(line: string): Receipt {
  if (!/\\u[dD]/.test(line)) return JSON.parse(line) as Receipt;
  return JSON.parse(line, (_key, value: unknown) =>
    typeof value === 'string' ? value.toWellFormed() : value,
  ) as Receipt;
}

/** The event's own id; what has none is known by all of its bytes. */
function idOf({ message }: Receipt): string {
  const { messageId } = message;
  return typeof messageId === 'string' ? messageId : derivedId('msg', JSON.stringify(message));
}

/** What an event says, without what changes when it is sent again. */
function contentHash({ message: { type, event, userId, timestamp, properties } }: Receipt): string {
  return sha256Hex(JSON.stringify([type, event, userId, timestamp, properties]));
}
