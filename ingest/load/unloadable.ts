import { countOf } from '../../warehouse/count-of.ts';
import { messageOf, Unavailable } from '../../warehouse/errors.ts';
import { Mutex } from '../../warehouse/mutex.ts';
import type { Warehouse, WarehouseWriter } from '../../warehouse/warehouse.ts';
import { CorruptFile } from '../object-files/lines.ts';
import type { Receipts, SizedReceipt } from './event-load.ts';

/** Which events of a segment or file a load reads, by their position. A plain value, so that another thread can be given it. */
export interface Selection {
  /** Only these, `to` excluded, and without the refused ones. Undefined for all. */
  readonly range?: { readonly from: number; readonly to: number };
  /** Those that are quarantined unseen, with the reason. */
  readonly refused: ReadonlyMap<number, string>;
}

export interface Loading<T> {
  /** The key of the transaction. */
  readonly key: string;
  /** Loads the selected events within a transaction, as `selected` returns them. */
  readonly load: (writer: WarehouseWriter, selection: Selection) => Promise<T>;
  readonly eventCount: () => Promise<number>;
}

/** What is known of a segment or file that cannot be loaded as a whole. */
interface Search {
  readonly event_count: number;
  readonly refused: Map<number, string>;
  /** The ranges that are still to be tried, `to` excluded; the next one last. */
  readonly waiting: { readonly from: number; readonly to: number }[];
  /** Whether a range is tried together with all events before it: each loads alone, but not with the others. */
  isTogether: boolean;
}

/** A segment may have many such events, and must not hold up the others; the next call continues. */
const TRIALS_PER_CALL = 150;

/** The length of an engine's error in the reason of a quarantined event. */
const REASON_LENGTH = 500;

/** The beginning of that reason. */
const UNLOADABLE = 'The warehouse does not take the event';

const NOTHING = { from: 0, to: 0 };

/** The unfinished searches of this process, by the key of the transaction, and who works on them. */
const searches = new Map<string, Search>();
const mutex = new Mutex();

/**
 * Loads a segment or file in one transaction. If that fails twice because of what it contains, its events are tried, half by
 * half and rolled back, until those are found that the warehouse does not take. They are quarantined, and all others load.
 * Throws whatever is not caused by an event, and `Unavailable` if the search is not finished.
 */
export async function loadWithoutUnloadable<T>(warehouse: Warehouse, loading: Loading<T>): Promise<T> {
  const { key, load } = loading;
  const run = (refused: Selection['refused']): Promise<T> =>
    warehouse.transaction((writer) => load(writer, { refused }), { lowMemory: true, key });
  for (let attempt = 1; attempt <= 2 && !searches.has(key); attempt++) {
    try {
      return await run(new Map());
    } catch (error) {
      assertMayBeContent(error);
    }
  }
  return mutex.runExclusive(async () => {
    const search = searches.get(key) ?? (await begun(warehouse, loading));
    searches.set(key, search);
    for (;;) {
      await advance(search, { warehouse, loading });
      try {
        const loaded = await run(search.refused);
        searches.delete(key);
        return loaded;
      } catch (error) {
        assertMayBeContent(error);
        if (search.isTogether) {
          searches.delete(key);
          throw error;
        }
        search.isTogether = true;
        search.waiting.push({ from: 0, to: search.event_count });
      }
    }
  });
}

/** The report for a person about events that were quarantined: their number by segment or file. Undefined if there are none. */
export function unloadableAlert(counts: ReadonlyMap<string, number>): string | undefined {
  if (counts.size === 0) return undefined;
  const places = [...counts].map(([place, count]) => `${countOf(count, 'event')} of ${place}`);
  return `Events cannot be loaded and were quarantined: ${places.join(', ')}. All others are loaded. See landing.quarantined_events, where the reason begins with "${UNLOADABLE}"; once the cause is mended, run replay-rejected.`;
}

/** The selected events. */
export async function* selected(
  receipts: Receipts,
  { range, refused }: Selection,
): AsyncGenerator<Iterable<SizedReceipt>> {
  let position = 0;
  function* selectedIn(piece: Iterable<SizedReceipt>): Generator<SizedReceipt> {
    for (const sized of piece) {
      const reason = refused.get(position);
      if (!range || (position >= range.from && position < range.to && reason === undefined)) {
        yield reason === undefined
          ? sized
          : { ...sized, refusal: { violation: 'Unknown-Violation', path: '', reason } };
      }
      position++;
    }
  }
  for await (const piece of receipts) yield selectedIn(piece);
}

/** A search in a load whose number of events is known. Throws if the load fails without any event. */
async function begun<T>(warehouse: Warehouse, { load, eventCount }: Loading<T>): Promise<Search> {
  await warehouse.withRollback((writer) => load(writer, { range: NOTHING, refused: new Map() }));
  const event_count = await eventCount();
  return { event_count, refused: new Map(), waiting: [{ from: 0, to: event_count }], isTogether: false };
}

/** Tries all ranges that wait. Throws `Unavailable` if they are too many for one call. */
async function advance<T>(
  search: Search,
  { warehouse, loading: { key, load } }: { warehouse: Warehouse; loading: Loading<T> },
): Promise<void> {
  const { refused, waiting } = search;
  const tried = (range: { from: number; to: number }): Promise<unknown> =>
    warehouse.withRollback((writer) => load(writer, { range, refused }));
  let trials = 0;
  for (let range = waiting.at(-1); range; range = waiting.at(-1)) {
    if (trials++ === TRIALS_PER_CALL) {
      throw new Unavailable(
        `${key} is not loaded yet: the warehouse does not take some of its events, of which ${refused.size} are found. The next load continues.`,
      );
    }
    const { from, to } = range;
    const first = search.isTogether ? 0 : from;
    try {
      await tried({ from: first, to });
      waiting.pop();
    } catch (error) {
      assertMayBeContent(error);
      // Without any event it must succeed, or no event is to blame.
      if (to - from === 1) await tried(NOTHING);
      waiting.pop();
      const middle = Math.floor((from + to) / 2);
      if (to - from === 1) refused.set(from, reasonFor(error));
      else waiting.push({ from: middle, to }, { from, to: middle });
    }
  }
}

function reasonFor(error: unknown): string {
  const [line = ''] = messageOf(error).split('\n');
  return `${UNLOADABLE}: ${line.slice(0, REASON_LENGTH)}`;
}

/** Throws the error if no event can be its cause: the warehouse or the disk fails, or the file is damaged. */
function assertMayBeContent(error: unknown): void {
  if (error instanceof Unavailable || error instanceof CorruptFile) throw error;
}
