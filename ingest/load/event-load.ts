import { setImmediate } from 'node:timers/promises';
import { derivedId } from '../../warehouse/ids.ts';
import { invariant } from '../../warehouse/invariant.ts';
import { jsonText } from '../../warehouse/json.ts';
import { textList } from '../../warehouse/text-list.ts';
import type { ValueRow } from '../../warehouse/warehouse.ts';
import { withoutNul } from '../events/event.ts';
import { isAboutMoney } from '../events/money-events.ts';
import { type Sender, Senders } from '../events/senders.ts';
import type { Violation } from '../events/violations.ts';
import type { Destination } from '../rudder/destination.ts';
import type { MapInput } from '../rudder/map.ts';
import type { Receipt } from '../rudder/receive.ts';
import { knownSince } from './duplicate-window.ts';
import { eventViolation, OTHER_CONTENT } from './event-violation.ts';
import { loads, messages, quarantinedEvents } from './landing-tables.ts';
import type { LoadWriter } from './load-writer.ts';
import { messageHash } from './message-hash.ts';
import { LOAD_QUERIES } from './queries.ts';
import { type RawBatch, RawRows, type RawRowsOptions } from './raw-rows.ts';

/** The number of events by outcome. */
export interface LoadCounts {
  accepted: number;
  landed: number;
  duplicates: number;
  quarantined: number;
}

/** The counts of one segment or file. */
export interface Loaded extends LoadCounts {
  /** How many were quarantined for their `refusal`, without those that already had been. */
  readonly unloadable: number;
}

export const emptyCounts = (): LoadCounts => ({ accepted: 0, landed: 0, duplicates: 0, quarantined: 0 });

export interface EventLoadOptions extends RawRowsOptions {
  /** The id of the segment or file to load. */
  readonly segment_id: string;
  readonly destination: Destination;
  /** The declared sources; what another one sends counts as sent by a server. */
  readonly sources: readonly Sender[];
}

/** The latest record of a message id. */
interface Known {
  readonly source_id: string;
  readonly outcome: string;
  readonly message_hash: string;
}

/** An event, and its size as text. */
export interface SizedReceipt {
  readonly receipt: Receipt;
  readonly byte_count: number;
  /** Why it is quarantined whatever it contains. */
  readonly refusal?: Violation | undefined;
}

/** Events in pieces: a promise for each of them would take longer than to parse it. A piece may parse its events as it is read. */
export type Receipts = AsyncIterable<Iterable<SizedReceipt>> | Iterable<Iterable<SizedReceipt>>;

interface IncomingEvent extends Pick<SizedReceipt, 'receipt' | 'refusal'> {
  readonly message_id: string;
  readonly message_hash: string;
}

/** The rows to write for a batch of events. */
interface Batch {
  readonly messages: readonly ValueRow[];
  readonly quarantined: readonly ValueRow[];
  readonly raw: RawBatch;
}

/** The size of a batch, as events and as their text. Parsed, a text can take twenty times as much memory. */
const EVENTS_PER_BATCH = 10_000;
const BYTES_PER_BATCH = 8 * 1024 * 1024;

/** How many events are parsed or mapped before the event loop runs other work: writes of the engine, requests of the gateway. */
const EVENTS_PER_TURN = 100;

/**
 * Loads one segment or file within one transaction: each event lands in the raw tables, is a duplicate, or is quarantined as a
 * whole with the reason.
 */
export class EventLoad {
  readonly #writer: LoadWriter;
  readonly #options: EventLoadOptions;
  readonly #raw: RawRows;
  readonly #senders: Senders;
  readonly #map = (input: MapInput): string | undefined =>
    this.#raw.add({ ...input, destConfig: this.#options.destination });
  readonly #counts = new Map<string, LoadCounts>();
  #unloadableCount = 0;
  /** The write that runs while events are mapped. */
  #writing: Promise<void> = Promise.resolve();

  private constructor(writer: LoadWriter, { raw, ...options }: EventLoadOptions & { raw: RawRows }) {
    this.#writer = writer;
    this.#options = options;
    this.#raw = raw;
    this.#senders = new Senders(options.sources);
  }

  static async begin(writer: LoadWriter, options: EventLoadOptions): Promise<EventLoad> {
    return new EventLoad(writer, { ...options, raw: await RawRows.open(writer, options) });
  }

  /** Loads all events. No write is running any more when this settles, even if it fails. */
  async run(receipts: Receipts): Promise<void> {
    const batches = inBatches(receipts);
    const nextEvents = async (): Promise<readonly IncomingEvent[]> => (await batches.next()).value ?? [];
    try {
      let events = await nextEvents();
      let known = await this.#knownOf(events);
      while (events.length > 0) {
        const batch = await this.#decide(events, known);
        events = await nextEvents();
        await this.#writing;
        // Recorded before the other rows are written, so that the next batch can be looked up and mapped in the meantime.
        await this.#writer.append(messages, batch.messages);
        known = await this.#knownOf(events);
        this.#write(batch.quarantined, batch.raw);
      }
    } finally {
      await this.#writing;
    }
    await this.#flush([], this.#raw.take({ all: true }));
    await this.#raw.finish();
  }

  /** Records that the segment or file was loaded, with its counts per source, and returns their sum. */
  async finish({ segment_hash }: { segment_hash: string }): Promise<Loaded> {
    const { segment_id, loadedAt: loaded_at } = this.#options;
    const total = emptyCounts();
    const rows: ValueRow[] = [];
    for (const [source_id, counts] of this.#counts) {
      rows.push({
        segment_id,
        segment_hash,
        source_id,
        accepted_count: BigInt(counts.accepted),
        landed_count: BigInt(counts.landed),
        duplicate_count: BigInt(counts.duplicates),
        quarantined_count: BigInt(counts.quarantined),
        loaded_at,
      });
      addCounts(total, counts);
    }
    await this.#writer.append(loads, rows);
    invariant(
      total.landed + total.duplicates + total.quarantined === total.accepted,
      `The counts of ${segment_id} do not add up: ${total.accepted} accepted, but ${total.landed} landed, ${total.duplicates} duplicate and ${total.quarantined} quarantined.`,
    );
    return { ...total, unloadable: this.#unloadableCount };
  }

  async #decide(incoming: readonly IncomingEvent[], known: Map<string, Known>): Promise<Batch> {
    const recorded = new Map<string, ValueRow>();
    const quarantined: ValueRow[] = [];
    for (const [index, event] of incoming.entries()) {
      if (index % EVENTS_PER_TURN === 0) await setImmediate();
      const { receipt, message_id, message_hash } = event;
      const { source_id } = receipt;
      const before = this.#barring(event, known.get(message_id));
      const { count, violation } = this.#classify(event, before);
      const counts = this.#countsOf(source_id);
      counts.accepted++;
      counts[count]++;
      if (this.#raw.isFull) {
        await this.#writing;
        this.#write([], this.#raw.take({ all: false }));
      }
      if (violation) quarantined.push(this.#quarantineRow(event, violation));
      if (violation && violation === event.refusal) this.#unloadableCount++;
      // A landed event stays landed, whatever arrives under its id.
      if (count === 'duplicates' || before?.outcome === 'landed') continue;
      const outcome = violation ? 'quarantined' : 'landed';
      known.set(message_id, { source_id, outcome, message_hash });
      const { segment_id, loadedAt: loaded_at } = this.#options;
      recorded.set(message_id, { message_id, message_hash, source_id, segment_id, outcome, loaded_at });
    }
    return {
      messages: [...recorded.values()],
      quarantined,
      raw: this.#raw.take({ all: false }),
    };
  }

  /**
   * What was received under the id of an event, unless it came from a less trusted source: ids can be guessed, and nobody may take that of
   * somebody who knows better.
   */
  #barring({ receipt, message_hash }: IncomingEvent, before: Known | undefined): Known | undefined {
    if (before === undefined || before.message_hash === message_hash) return before;
    return this.#senders.outranks(receipt.source_id, before.source_id) ? undefined : before;
  }

  /**
   * Whether an event lands, is a duplicate, or is quarantined. A quarantined event may land later if a corrected one is sent
   * under its id; an event whose id has landed with different content never lands.
   */
  #classify(
    { receipt, refusal, message_hash }: IncomingEvent,
    before: Known | undefined,
  ): { count: 'landed' | 'duplicates' | 'quarantined'; violation?: Violation } {
    const isDuplicate = before?.message_hash === message_hash;
    if (before?.outcome === 'landed') {
      return isDuplicate ? { count: 'duplicates' } : { count: 'quarantined', violation: OTHER_CONTENT };
    }
    const violation = refusal ?? eventViolation(receipt, { senders: this.#senders, map: this.#map });
    if (!violation) return { count: 'landed' };
    return isDuplicate ? { count: 'duplicates' } : { count: 'quarantined', violation };
  }

  /** Begins to write; an error is thrown where the write is awaited. */
  #write(quarantined: readonly ValueRow[], raw: RawBatch): void {
    this.#writing = this.#flush(quarantined, raw);
    this.#writing.catch(() => undefined);
  }

  async #flush(quarantined: readonly ValueRow[], raw: RawBatch): Promise<void> {
    await this.#writer.append(quarantinedEvents, quarantined);
    await this.#raw.flush(raw);
  }

  /** The latest records of the ids that were received before: of few events, so the records of all time are rarely read, only their ids. */
  async #knownOf(incoming: readonly IncomingEvent[]): Promise<Map<string, Known>> {
    if (incoming.length === 0) return new Map();
    const since = knownSince(this.#options);
    const ids = textList(incoming.map(({ message_id }) => message_id));
    const found = await this.#writer.query<{ message_id: string }>(...LOAD_QUERIES.known_ids(ids, since));
    if (found.length === 0) return new Map();
    const rows = await this.#writer.query<{ message_id: string } & Record<keyof Known, string>>(
      ...LOAD_QUERIES.known_messages(textList(found.map(({ message_id }) => message_id)), since),
    );
    return new Map(rows.map(({ message_id, ...known }) => [message_id, known]));
  }

  #quarantineRow({ receipt, message_id }: IncomingEvent, { violation, path, reason }: Violation): ValueRow {
    const { message, source_id, received_at, is_from_browser = false } = receipt;
    const event = typeof message.event === 'string' ? message.event : null;
    const whole = {
      source_id,
      is_from_browser,
      // What anybody can send, and what its sender may not say, must not keep a month from being closed.
      is_about_money: isAboutMoney(message) && this.#senders.isHeard(receipt),
      event: event && withoutNul(event),
      message: jsonText(message),
      received_at,
      loaded_at: this.#options.loadedAt,
    };
    return { message_id, violation, violation_path: path, reason, ...whole };
  }

  #countsOf(sourceId: string): LoadCounts {
    const counts = this.#counts.get(sourceId) ?? emptyCounts();
    this.#counts.set(sourceId, counts);
    return counts;
  }
}

export function addCounts(total: LoadCounts, more: Readonly<LoadCounts>): void {
  for (const key of ['accepted', 'landed', 'duplicates', 'quarantined'] as const) total[key] += more[key];
}

async function* inBatches(receipts: Receipts): AsyncGenerator<IncomingEvent[], undefined> {
  let batch: IncomingEvent[] = [];
  let bytes = 0;
  for await (const piece of receipts) {
    for (const item of piece) {
      bytes += item.byte_count;
      batch.push(incomingEventOf(item));
      if (batch.length % EVENTS_PER_TURN === 0) await setImmediate();
      if (batch.length < EVENTS_PER_BATCH && bytes < BYTES_PER_BATCH) continue;
      yield batch;
      batch = [];
      bytes = 0;
    }
  }
  if (batch.length > 0) yield batch;
}

function incomingEventOf({ receipt, refusal }: SizedReceipt): IncomingEvent {
  return { receipt, refusal, message_id: idOf(receipt), message_hash: messageHash(receipt.message) };
}

/** The messageId of the event, or an id derived from all of its content. */
function idOf({ message }: Receipt): string {
  const { messageId } = message;
  return typeof messageId === 'string' ? messageId : derivedId('msg', jsonText(message));
}
