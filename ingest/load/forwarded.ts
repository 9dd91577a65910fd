import { instant } from '../../warehouse/clock.ts';
import { derivedId } from '../../warehouse/ids.ts';
import type { JsonObject } from '../../warehouse/json.ts';
import { isBlank } from '../gateway/batch.ts';
import type { Receipt } from '../rudder/receive.ts';
import { existingTimestamp } from '../rudder/timestamps.ts';

/**
 * The receipt of an event that RudderStack took in and passed on, in a file or to a webhook: its time and address are those
 * that RudderStack saw. Where it names no time, it is the one given. An event without its own id gets one from what it says,
 * so that it is known when it comes again.
 */
export function forwardedReceipt(
  event: JsonObject,
  { source_id, nowMs }: { source_id: string; nowMs: number },
): Receipt {
  const received = typeof event.receivedAt === 'string' ? existingTimestamp(event.receivedAt) : undefined;
  const named = isBlank(event.messageId) ? { messageId: derivedId('message', JSON.stringify(event)) } : {};
  return {
    received_at: received ?? instant(nowMs),
    source_id,
    request_ip: typeof event.request_ip === 'string' ? event.request_ip : '',
    message: { ...event, ...named },
  };
}
