import type { JsonObject } from '../../warehouse/json.ts';
import type { AcceptedEvent } from '../load/recent-outcomes.ts';

/** How many events of each source are kept in memory. */
const KEPT_EVENTS = 1000;

/** Longer ids and names are not kept: they would fill the memory. */
const LONGEST_KEPT = 300;

/** The last events of each source that this process has accepted, the oldest first. */
export class RecentEvents {
  readonly #bySource = new Map<string, AcceptedEvent[]>();

  add(source_id: string, accepted: readonly AcceptedEvent[]): void {
    const events = this.#bySource.get(source_id) ?? [];
    events.push(...accepted);
    // Not at every call, which would move all of them each time.
    if (events.length > 2 * KEPT_EVENTS) events.splice(0, events.length - KEPT_EVENTS);
    this.#bySource.set(source_id, events);
  }

  of(source_id: string): readonly AcceptedEvent[] {
    return this.#bySource.get(source_id)?.slice(-KEPT_EVENTS) ?? [];
  }
}

/** What is kept of the last of these messages. One that the loader would give an id of its own is left out. */
export function keptOf(
  receipts: readonly { readonly message: JsonObject; readonly received_at: string }[],
): Pick<AcceptedEvent, 'message_id' | 'event' | 'received_at'>[] {
  return receipts.slice(-KEPT_EVENTS).flatMap(({ message: { messageId, event }, received_at }) => {
    if (typeof messageId !== 'string' || messageId.length > LONGEST_KEPT) return [];
    const name = typeof event === 'string' && event.length <= LONGEST_KEPT ? event : null;
    return [{ message_id: messageId, event: name, received_at }];
  });
}
