import { randomUUID } from 'node:crypto';
import { type Clock, instant } from '../../warehouse/clock.ts';
import type { JsonObject } from '../../warehouse/json.ts';
import type { Receipt } from '../rudder/receive.ts';
import type { Spool } from '../spool.ts';
import { isBlank } from './batch.ts';
import { Refused, tooLarge } from './refused.ts';
import type { Source } from './source.ts';

export interface KeepOptions {
  readonly spool: Spool;
  readonly clock: Clock;
  /** The longest request taken, in bytes after unpacking; RudderStack's own bound by default. */
  readonly maxRequestBytes?: number;
  /** Makes the messageId of an event that brings none; a random UUID by default. */
  readonly newId?: () => string;
  /** Whether this source may send now; asked once a request. */
  readonly rateLimit?: (sourceId: string) => boolean;
}

/** Events that arrived in one request, and how long it was after unpacking. */
export interface Arrived {
  readonly events: readonly JsonObject[];
  readonly source: Source;
  readonly request_ip: string;
  readonly byte_count: number;
}

export const MAX_REQUEST_BYTES = 4000 * 1024;

/** Makes the function that resolves once all events are durable. It throws `Refused` or `Unavailable`, and then keeps none. */
export function keeper(options: KeepOptions): (arrived: Arrived) => Promise<void> {
  const { spool, clock, maxRequestBytes = MAX_REQUEST_BYTES, newId = randomUUID, rateLimit } = options;
  return async ({ events, source: { source_id }, request_ip, byte_count }) => {
    if (rateLimit?.(source_id) === false) throw new Refused(429, 'max requests limit reached');
    if (byte_count > maxRequestBytes) throw tooLarge();
    const received_at = instant(clock.now());
    await spool.append(receiptLines(events, { received_at, source_id, request_ip }, newId));
  };
}

function receiptLines(events: readonly JsonObject[], arrival: Omit<Receipt, 'message'>, newId: () => string): string[] {
  const head = JSON.stringify(arrival).slice(0, -1);
  return events.map((event) => {
    const message = isBlank(event.messageId) ? { ...event, messageId: newId() } : event;
    return `${head},"message":${textOf(message)}}`;
  });
}

function textOf(event: JsonObject): string {
  try {
    return JSON.stringify(event);
  } catch {
    // Parsing takes any depth, writing does not: no real event nests thousands of levels.
    throw new Refused(400, 'event is not a valid rudder event');
  }
}
