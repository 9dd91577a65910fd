import { setImmediate } from 'node:timers/promises';
import { derivedId } from '../../warehouse/ids.ts';
import { invariant } from '../../warehouse/invariant.ts';
import { textList } from '../../warehouse/text-list.ts';
import type { ValueRow, Warehouse, WarehouseWriter } from '../../warehouse/warehouse.ts';
import { timeViolation, type Violation, violationOf } from '../events/violations.ts';
import type { Destination } from '../rudder/destination.ts';
import { type Receipt, receive } from '../rudder/receive.ts';
import { knownSince } from './duplicate-window.ts';
import { loads, messages, rejectedEvents } from './landing-tables.ts';
import { messageHash } from './message-hash.ts';
import { LOAD_QUERIES } from './queries.ts';
import { type RawPiece, RawRows } from './raw-rows.ts';

/** What became of events. */
export interface LoadCounts {
  accepted: number;
  landed: number;
  duplicates: number;
  rejected: number;
}

export const noCounts = (): LoadCounts => ({ accepted: 0, landed: 0, duplicates: 0, rejected: 0 });

export interface EventLoadOptions {
  /** What is loaded: the id of a segment or file. */
  readonly segment_id: string;
  /** The one instant of this load. */
  readonly loadedAt: string;
  readonly destination: Destination;
  readonly engine: Warehouse['engine'];
}

/** What has come before under an id. */
interface Known {
  readonly outcome: string;
  readonly message_hash: string;
}

/** An event, and how long it is as text. */
export interface SizedReceipt {
  readonly receipt: Receipt;
  readonly byte_count: number;
}

interface IncomingEvent {
  readonly receipt: Receipt;
  readonly message_id: string;
  readonly message_hash: string;
}

/** What is to be written for some incoming. */
interface Piece {
  readonly told: readonly ValueRow[];
  readonly rejected: readonly ValueRow[];
  readonly raw: RawPiece;
}

const OTHER_CONTENT: Violation = {
  violation: 'Unknown-Violation',
  path: '/messageId',
  reason: 'Another event with the same id, which says something else, has landed already.',
};

/** Events that are in memory at once, twice over: while some are laid in, the next are mapped. */
const EVENTS_AT_ONCE = 10_000;

/** And their bytes. */
const BYTES_AT_ONCE = 32 * 1024 * 1024;

/** After so many, whatever else waits has its turn: the engine with its next rows, the gateway with its requests. */
const EVENTS_A_TURN = 250;

/**
 * One segment or file on its way into the warehouse, within one transaction: each event lands in the raw tables, repeats
 * what came before under its id, or is set aside whole with the reason.
 */
export class EventLoad {
  readonly #writer: WarehouseWriter;
  readonly #options: EventLoadOptions;
  readonly #raw: RawRows;
  readonly #counts = new Map<string, LoadCounts>();

  private constructor(writer: WarehouseWriter, { raw, ...options }: EventLoadOptions & { raw: RawRows }) {
    this.#writer = writer;
    this.#options = options;
    this.#raw = raw;
  }

  static async begin(writer: WarehouseWriter, options: EventLoadOptions): Promise<EventLoad> {
    return new EventLoad(writer, { ...options, raw: await RawRows.open(writer, options.loadedAt) });
  }

  /** Lays all events in; the writer is free again when this settles, either way. */
  async run(receipts: AsyncIterable<SizedReceipt> | Iterable<SizedReceipt>): Promise<void> {
    const pieces = inPieces(receipts);
    const incoming = async (): Promise<readonly IncomingEvent[]> =>
      ((await pieces.next()).value ?? []).map(incomingEventOf);
    let laying: Promise<void> = Promise.resolve();
    try {
      let some = await incoming();
      let known = await this.#knownOf(some);
      while (some.length > 0) {
        const piece = await this.#decide(some, known);
        some = await incoming();
        await laying;
        // Told before its rows are laid in, so that the next piece can be asked about and mapped meanwhile.
        await this.#writer.append(messages, piece.told);
        known = await this.#knownOf(some);
        laying = this.#flush(piece.rejected, piece.raw);
        laying.catch(() => undefined);
      }
    } finally {
      await laying;
    }
    await this.#flush([], this.#raw.take({ all: true }));
  }

  /** Writes down that the segment or file was loaded, with its counts, and gives their sum. */
  async finish({ segment_hash }: { segment_hash: string }): Promise<LoadCounts> {
    const { segment_id, loadedAt: loaded_at } = this.#options;
    const total = noCounts();
    const rows: ValueRow[] = [];
    for (const [source_id, counts] of this.#counts) {
      rows.push({
        segment_id,
        segment_hash,
        source_id,
        accepted_count: BigInt(counts.accepted),
        landed_count: BigInt(counts.landed),
        duplicate_count: BigInt(counts.duplicates),
        rejected_count: BigInt(counts.rejected),
        loaded_at,
      });
      addCounts(total, counts);
    }
    await this.#writer.append(loads, rows);
    invariant(
      total.landed + total.duplicates + total.rejected === total.accepted,
      `Of ${total.accepted} events in ${segment_id}, ${total.landed} landed, ${total.duplicates} were duplicates and ${total.rejected} rejected.`,
    );
    return total;
  }

  async #decide(incoming: readonly IncomingEvent[], known: Map<string, Known>): Promise<Piece> {
    const told = new Map<string, ValueRow>();
    const rejected: ValueRow[] = [];
    for (const [index, event] of incoming.entries()) {
      if (index % EVENTS_A_TURN === 0) await setImmediate();
      const { receipt, message_id, message_hash } = event;
      const { source_id } = receipt;
      const before = known.get(message_id);
      const fate = this.#classify(event, before);
      const counts = this.#countsOf(source_id);
      counts.accepted++;
      counts[fate.counts]++;
      if (fate.setAside) rejected.push(this.#rejection(event, fate.setAside));
      // What has landed stays landed, whatever comes under its id.
      if (fate.counts === 'duplicates' || before?.outcome === 'landed') continue;
      const outcome = fate.setAside ? 'rejected' : 'landed';
      known.set(message_id, { outcome, message_hash });
      const { segment_id, loadedAt: loaded_at } = this.#options;
      told.set(message_id, { message_id, message_hash, source_id, segment_id, outcome, loaded_at });
    }
    return {
      told: [...told.values()],
      rejected,
      // Few events are large ones: their rows are not held back for more.
      raw: this.#raw.take({ all: incoming.length < EVENTS_AT_ONCE }),
    };
  }

  /**
   * What becomes of an event: it lands, it repeats what came before under its id, or it is set aside. One that was set aside
   * may land when it comes again mended; one that says something else than what has landed is kept, but never lands.
   */
  #classify(
    { receipt, message_hash }: IncomingEvent,
    before: Known | undefined,
  ): { counts: 'landed' | 'duplicates' | 'rejected'; setAside?: Violation } {
    const isRepetition = before?.message_hash === message_hash;
    if (before?.outcome === 'landed') {
      return isRepetition ? { counts: 'duplicates' } : { counts: 'rejected', setAside: OTHER_CONTENT };
    }
    const setAside = violationOf(receipt.message) ?? this.#map(receipt);
    if (!setAside) return { counts: 'landed' };
    return isRepetition ? { counts: 'duplicates' } : { counts: 'rejected', setAside };
  }

  #map(receipt: Receipt): Violation | undefined {
    const message = receive(receipt);
    const impossible = timeViolation({ timestamp: String(message.timestamp), receivedAt: String(message.receivedAt) });
    if (impossible) return impossible;
    const metadata = { sourceId: receipt.source_id, receivedAt: receipt.received_at };
    const refusal = this.#raw.add({ message, metadata, destConfig: this.#options.destination });
    return refusal === undefined ? undefined : { violation: 'Unknown-Violation', path: '', reason: refusal };
  }

  async #flush(rejected: readonly ValueRow[], raw: RawPiece): Promise<void> {
    await this.#writer.append(rejectedEvents, rejected);
    await this.#raw.flush(raw);
  }

  async #knownOf(incoming: readonly IncomingEvent[]): Promise<Map<string, Known>> {
    if (incoming.length === 0) return new Map();
    const ids = textList(incoming.map(({ message_id }) => message_id));
    const rows = await this.#writer.query<{ message_id: string; outcome: string; message_hash: string }>(
      ...LOAD_QUERIES.known_messages(ids, knownSince(this.#options)),
    );
    return new Map(rows.map(({ message_id, outcome, message_hash }) => [message_id, { outcome, message_hash }]));
  }

  #rejection({ receipt, message_id }: IncomingEvent, { violation, path, reason }: Violation): ValueRow {
    const { message, source_id, received_at } = receipt;
    const event = typeof message.event === 'string' ? message.event : null;
    const whole = {
      source_id,
      event,
      message: JSON.stringify(message),
      received_at,
      loaded_at: this.#options.loadedAt,
    };
    return { message_id, violation, violation_path: path, reason, ...whole };
  }

  #countsOf(sourceId: string): LoadCounts {
    const counts = this.#counts.get(sourceId) ?? noCounts();
    this.#counts.set(sourceId, counts);
    return counts;
  }
}

export function addCounts(total: LoadCounts, more: Readonly<LoadCounts>): void {
  for (const key of ['accepted', 'landed', 'duplicates', 'rejected'] as const) total[key] += more[key];
}

async function* inPieces(
  items: AsyncIterable<SizedReceipt> | Iterable<SizedReceipt>,
): AsyncGenerator<Receipt[], undefined> {
  let piece: Receipt[] = [];
  let bytes = 0;
  for await (const { receipt, byte_count } of items) {
    bytes += byte_count;
    if (piece.push(receipt) < EVENTS_AT_ONCE && bytes < BYTES_AT_ONCE) continue;
    yield piece;
    piece = [];
    bytes = 0;
  }
  if (piece.length > 0) yield piece;
}

function incomingEventOf(receipt: Receipt): IncomingEvent {
  return { receipt, message_id: idOf(receipt), message_hash: messageHash(receipt.message) };
}

/** The event's own id; what has none is known by all of its bytes. */
function idOf({ message }: Receipt): string {
  const { messageId } = message;
  return typeof messageId === 'string' ? messageId : derivedId('msg', JSON.stringify(message));
}
