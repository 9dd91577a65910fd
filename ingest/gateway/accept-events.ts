import { randomUUID } from 'node:crypto';
import { type Clock, instant } from '../../warehouse/clock.ts';
import type { JsonObject } from '../../warehouse/json.ts';
import { forwardedReceipt } from '../load/forwarded.ts';
import { countAccepted } from '../metrics.ts';
import type { Spool } from '../spool/spool.ts';
import { isBlank } from './batch.ts';
import type { Reservation } from './memory-budget.ts';
import { rateLimiter } from './rate.ts';
import { keptOf, type RecentEvents } from './recent-events.ts';
import { Refused, tooLarge } from './refusals.ts';
import type { Source } from './source.ts';

export interface AcceptOptions {
  readonly spool: Spool;
  readonly clock: Clock;
  /** The maximum size of a request, in bytes after unzipping; default: RudderStack's limit. */
  readonly maxRequestBytes?: number;
  /** Generates the messageId of an event without one; default: a random UUID. */
  readonly newId?: () => string;
}

/** The events of one request. `byte_count` is its size after unzipping. */
export interface ReceivedEvents {
  readonly events: readonly JsonObject[];
  readonly source: Source;
  readonly request_ip: string;
  readonly byte_count: number;
  readonly reservation: Reservation;
  /** Whether RudderStack has forwarded them; they then contain the time and the address of their receipt. */
  readonly forwarded?: boolean;
  /** Whether they came through an endpoint for browsers. */
  readonly fromBrowser?: boolean;
}

export const MAX_REQUEST_BYTES = 4000 * 1024;

/**
 * Returns the function that stores events durably, and keeps the last of them in `recent`. If it throws `Refused` or
 * `Unavailable`, none is stored.
 */
export function eventAcceptor(
  options: AcceptOptions & { readonly recent: RecentEvents | undefined },
): (received: ReceivedEvents) => Promise<void> {
  const { spool, clock, recent, maxRequestBytes = MAX_REQUEST_BYTES, newId = randomUUID } = options;
  const isWithinRate = rateLimiter(clock);
  return async ({ events, source, request_ip, byte_count, reservation, forwarded, fromBrowser }) => {
    if (!isWithinRate(source)) throw new Refused(429, 'max requests limit reached');
    if (byte_count > maxRequestBytes) throw tooLarge();
    const { source_id } = source;
    const nowMs = clock.now();
    const accepted_at = instant(nowMs);
    const arrival = {
      received_at: accepted_at,
      source_id,
      request_ip,
      ...(fromBrowser && { is_from_browser: true as const }),
    };
    const receipts = forwarded
      ? events.map((event) => requireShallow(() => forwardedReceipt(event, { source_id, nowMs })))
      : events.map((event) => ({
          ...arrival,
          message: isBlank(event.messageId) ? { ...event, messageId: newId() } : event,
        }));
    const lines = receipts.map((receipt) => requireShallow(() => JSON.stringify(receipt)));
    // Nobody may read those of a browser.
    const kept = !recent || source.kind === 'browser' ? [] : keptOf(receipts);
    // Many small events are longer as receipts than in the request.
    reservation.reserve(lines.reduce((sum, { length }) => sum + length, 0));
    const eventCount = lines.length;
    // Returned, not awaited, so that the events are not held in memory during the write.
    return spool.append(lines).then((segment_id = '') => {
      countAccepted(eventCount);
      recent?.add(
        source_id,
        kept.map((each) => ({ ...each, accepted_at, segment_id })),
      );
    });
  };
}

function requireShallow<T>(work: () => T): T {
  try {
    return work();
  } catch {
    // JSON.parse accepts any depth, JSON.stringify does not; no real event has thousands of levels.
    throw new Refused(400, 'event is not a valid rudder event');
  }
}
