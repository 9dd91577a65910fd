import { randomUUID } from 'node:crypto';
import { type Clock, instant } from '../../warehouse/clock.ts';
import type { JsonObject } from '../../warehouse/json.ts';
import { forwardedReceipt } from '../load/forwarded.ts';
import type { Receipt } from '../rudder/receive.ts';
import type { Spool } from '../spool/spool.ts';
import { isBlank } from './batch.ts';
import type { Reservation } from './memory-budget.ts';
import { rateLimiter } from './rate.ts';
import { Refused, tooLarge } from './refusals.ts';
import type { Source } from './source.ts';

export interface KeepOptions {
  readonly spool: Spool;
  readonly clock: Clock;
  /** The longest request taken, in bytes after unpacking; RudderStack's own bound by default. */
  readonly maxRequestBytes?: number;
  /** Makes the messageId of an event that brings none; a random UUID by default. */
  readonly newId?: () => string;
}

/** Events that arrived in one request, and how long it was after unpacking. */
export interface Arrived {
  readonly events: readonly JsonObject[];
  readonly source: Source;
  readonly request_ip: string;
  readonly byte_count: number;
  readonly reservation: Reservation;
  /** RudderStack took them in before, and they say when and from where. */
  readonly forwarded?: boolean;
}

export const MAX_REQUEST_BYTES = 4000 * 1024;

/** Makes the function that resolves once all events are durable. It throws `Refused` or `Unavailable`, and then keeps none. */
export function keeper(options: KeepOptions): (arrived: Arrived) => Promise<void> {
  const { spool, clock, maxRequestBytes = MAX_REQUEST_BYTES, newId = randomUUID } = options;
  const mayBySource = rateLimiter(clock);
  return async ({ events, source, request_ip, byte_count, reservation, forwarded }) => {
    if (!mayBySource(source)) throw new Refused(429, 'max requests limit reached');
    if (byte_count > maxRequestBytes) throw tooLarge();
    const { source_id } = source;
    const nowMs = clock.now();
    const lines = forwarded
      ? events.map((event) => lineOf(() => forwardedReceipt(event, { source_id, nowMs })))
      : receiptLines(events, { received_at: instant(nowMs), source_id, request_ip }, newId);
    // Many small events are longer as lines than as they came.
    reservation.reserve(lines.reduce((sum, { length }) => sum + length, 0));
    // Returned, not awaited: the events are not held while the disk works.
    return spool.append(lines);
  };
}

function receiptLines(events: readonly JsonObject[], arrival: Omit<Receipt, 'message'>, newId: () => string): string[] {
  const head = JSON.stringify(arrival).slice(0, -1);
  return events.map((event) => {
    const message = isBlank(event.messageId) ? { ...event, messageId: newId() } : event;
    return `${head},"message":${lineOf(() => message)}}`;
  });
}

function lineOf(value: () => object): string {
  try {
    return JSON.stringify(value());
  } catch {
    // Parsing takes any depth, writing does not: no real event nests thousands of levels.
    throw new Refused(400, 'event is not a valid rudder event');
  }
}
