import { DAY_MS, instant } from '../../warehouse/clock.ts';
import { readQueries } from '../../warehouse/named-queries.ts';
import { textList } from '../../warehouse/text-list.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import type { TracedEvent } from './traced-rows.ts';

const QUERIES = readQueries(import.meta.url, 'reported-events.queries.sql', {
  events_of: ['ids'],
  uses_of: ['ids'],
  corrected_uses_of: ['ids'],
  sources_of: ['message_ids', 'loaded_from_at', 'loaded_until_at'],
});

/** An event is recorded at an instant of its own, milliseconds after that of its load, which its message has. */
const LONGEST_LOAD_MS = DAY_MS;

type FoundEvent = Omit<TracedEvent, 'source_id'>;

/** Events that report things with given ids. There are more metered uses than all else, so they are looked up by as few reads as can be. */
export class ReportedEvents {
  readonly #warehouse: Warehouse;
  readonly #id: string;
  #uses: readonly FoundEvent[] = [];

  private constructor(warehouse: Warehouse, id: string) {
    this.#warehouse = warehouse;
    this.#id = id;
  }

  /** Looks up the uses that an id is of: their own, or that of their message. */
  static async read(warehouse: Warehouse, id: string): Promise<ReportedEvents> {
    const events = new ReportedEvents(warehouse, id);
    events.#uses = await warehouse.query<FoundEvent>(...QUERIES.uses_of(textList([id])));
    return events;
  }

  /** The reports of the uses found so far. */
  get uses(): readonly FoundEvent[] {
    return this.#uses;
  }

  /** The ids of what the message with the id reports. */
  async factsOfMessage(): Promise<string[]> {
    const events = await this.#warehouse.query<FoundEvent>(...QUERIES.events_of(textList([this.#id])));
    return [...events, ...this.#uses].flatMap(({ message_id, fact_id }) => (message_id === this.#id ? [fact_id] : []));
  }

  /** Looks up the other reports of the use of a message, and the uses that corrections with some ids are about; nothing is read if there are none. */
  async addUses(ids: readonly string[]): Promise<void> {
    const corrected = await this.#warehouse.query<{ use_id: string }>(...QUERIES.corrected_uses_of(textList(ids)));
    const named = [...this.#uses.map(({ fact_id }) => fact_id), ...corrected.map(({ use_id }) => use_id)];
    if (named.every((each) => each === this.#id)) return;
    this.#uses = await this.#warehouse.query<FoundEvent>(...QUERIES.uses_of(textList([this.#id, ...named])));
  }

  /** The events of some ids and those of the uses, in the order in which they happened, with their source. */
  async of(ids: readonly string[]): Promise<TracedEvent[]> {
    const others = await this.#warehouse.query<FoundEvent>(...QUERIES.events_of(textList(ids)));
    const found = [...others, ...this.#uses].sort(
      (a, b) => compare(a.occurred_at, b.occurred_at) || compare(a.message_id, b.message_id),
    );
    const loaded = found.map(({ recorded_at }) => recorded_at).sort();
    const [first, last] = [loaded[0], loaded.at(-1)];
    if (first === undefined || last === undefined) return [];
    const messages = textList(found.map(({ message_id }) => message_id));
    const rows = await this.#warehouse.query<{ message_id: string; source_id: string }>(
      ...QUERIES.sources_of(messages, instant(Date.parse(first) - LONGEST_LOAD_MS), last),
    );
    const sources = new Map(rows.map(({ message_id, source_id }) => [message_id, source_id]));
    return found.map((event) => ({ ...event, source_id: sources.get(event.message_id) ?? null }));
  }
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
