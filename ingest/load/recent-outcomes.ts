import { type Clock, DAY_MS, instant } from '../../warehouse/clock.ts';
import { textList } from '../../warehouse/text-list.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import { knownSince } from './duplicate-window.ts';
import { LOAD_QUERIES } from './queries.ts';

/** An event that the gateway has accepted, and the segment in which it was stored. */
export interface AcceptedEvent {
  readonly message_id: string;
  readonly event: string | null;
  readonly received_at: string;
  readonly accepted_at: string;
  readonly segment_id: string;
}

interface RecentEvent {
  readonly message_id: string;
  readonly event: string | null;
  readonly received_at: string;
  /** `waiting`: its segment is not loaded yet. */
  readonly outcome: 'waiting' | 'landed' | 'duplicate' | 'quarantined';
  /** Why it is quarantined. */
  readonly reason: string | null;
  /** Whether an event with this id has landed, with this content or another, as far back as duplicates are recognised. */
  readonly has_landed: boolean;
}

interface RecentOptions {
  readonly source_id: string;
  /** The oldest first. */
  readonly accepted: readonly AcceptedEvent[];
  readonly clock: Clock;
  readonly limit: number;
}

const SHOWN_MS = 7 * DAY_MS;

/**
 * What became of the last events of a source, the newest first: the accepted ones, and those that the loader has quarantined in the
 * last seven days, whichever process accepted them. Reads what loads record anyway.
 */
export async function recentEvents(
  warehouse: Warehouse,
  { source_id, accepted, clock, limit }: RecentOptions,
): Promise<RecentEvent[]> {
  const since = instant(clock.now() - SHOWN_MS);
  const shown = accepted.filter(({ accepted_at }) => accepted_at >= since);
  // First: what is loaded after this is still waiting, never a duplicate of itself.
  const loaded = await loadedAmong(warehouse, shown);
  const quarantined = await warehouse.query<QuarantinedEvent>(...LOAD_QUERIES.quarantined_of_source(source_id, since));
  const landed = await landedAmong(warehouse, { messages: [...shown, ...quarantined], clock });
  const loads: Loads = { quarantined, loaded, landed };
  return [...outcomesOf(shown, loads), ...restOf(shown, loads)]
    .sort((one, other) => (one.received_at < other.received_at ? 1 : one.received_at > other.received_at ? -1 : 0))
    .slice(0, limit);
}

type QuarantinedEvent = Readonly<Record<'message_id' | 'received_at' | 'reason', string>> & {
  readonly event: string | null;
};

/** What loads have recorded. */
interface Loads {
  readonly quarantined: readonly QuarantinedEvent[];
  readonly loaded: ReadonlySet<string>;
  /** The segment with which each id has landed. */
  readonly landed: ReadonlyMap<string, string>;
}

/** The newest first. */
function outcomesOf(accepted: readonly AcceptedEvent[], { quarantined, loaded, landed }: Loads): RecentEvent[] {
  const reasons = new Map(quarantined.map((row) => [keyOf(row), row.reason]));
  // Of two with one id that came at once, the later is the one that was quarantined: it had other content.
  const events = accepted.toReversed().map((each) => {
    const reason = loaded.has(each.segment_id) ? (reasons.get(keyOf(each)) ?? null) : null;
    if (reason !== null) reasons.delete(keyOf(each));
    return { ...each, reason };
  });
  const landedWith = ({ message_id, segment_id, reason }: (typeof events)[number]): boolean =>
    reason === null && landed.get(message_id) === segment_id;
  const firsts = new Map(events.filter(landedWith).map((each) => [each.message_id, each]));
  return events.map((each): RecentEvent => {
    const { message_id, event, received_at, segment_id, reason } = each;
    const shared = { message_id, event, received_at, reason, has_landed: landed.has(message_id) };
    if (!loaded.has(segment_id)) return { ...shared, outcome: 'waiting' };
    if (reason !== null) return { ...shared, outcome: 'quarantined' };
    return { ...shared, outcome: firsts.get(message_id) === each ? 'landed' : 'duplicate' };
  });
}

/** The quarantined events that are not among the accepted ones. */
function restOf(accepted: readonly AcceptedEvent[], { quarantined, landed }: Loads): RecentEvent[] {
  const known = new Set(accepted.map(keyOf));
  return quarantined
    .filter((row) => !known.has(keyOf(row)))
    .map((row) => ({ ...row, outcome: 'quarantined', has_landed: landed.has(row.message_id) }));
}

const keyOf = ({ message_id, received_at }: Pick<QuarantinedEvent, 'message_id' | 'received_at'>): string =>
  JSON.stringify([message_id, received_at]);

async function loadedAmong(warehouse: Warehouse, shown: readonly AcceptedEvent[]): Promise<ReadonlySet<string>> {
  if (shown.length === 0) return new Set();
  const ids = [...new Set(shown.map(({ segment_id }) => segment_id))];
  const rows = await warehouse.query<{ segment_id: string }>(...LOAD_QUERIES.loaded_segments(textList(ids)));
  return new Set(rows.map(({ segment_id }) => segment_id));
}

async function landedAmong(
  warehouse: Warehouse,
  { messages, clock }: { messages: readonly { readonly message_id: string }[]; clock: Clock },
): Promise<ReadonlyMap<string, string>> {
  if (messages.length === 0) return new Map();
  const ids = [...new Set(messages.map(({ message_id }) => message_id))];
  const since = knownSince({ engine: warehouse.engine, loadedAt: instant(clock.now()) });
  const rows = await warehouse.query<{ message_id: string; segment_id: string }>(
    ...LOAD_QUERIES.landed_messages(textList(ids), since),
  );
  return new Map(rows.map(({ message_id, segment_id }) => [message_id, segment_id]));
}
