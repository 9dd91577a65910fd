import { instant } from '../../warehouse/clock.ts';
import { derivedId } from '../../warehouse/ids.ts';
import { type JsonObject, jsonText } from '../../warehouse/json.ts';
import { isBlank } from '../gateway/batch.ts';
import type { Receipt } from '../rudder/receive.ts';
import { existingTimestamp } from '../rudder/timestamps.ts';

/**
 * The receipt of an event that RudderStack received and forwarded, in a file or to a webhook, with the time and address that
 * RudderStack recorded; `nowMs` if it has no time. An event without a messageId gets one derived from its content, so that a
 * duplicate is recognised.
 */
export function forwardedReceipt(
  event: JsonObject,
  { source_id, nowMs }: { source_id: string; nowMs: number },
): Receipt {
  const received = typeof event.receivedAt === 'string' ? existingTimestamp(event.receivedAt) : undefined;
  const named = isBlank(event.messageId) ? { messageId: derivedId('message', jsonText(event)) } : {};
  return {
    received_at: received ?? instant(nowMs),
    source_id,
    request_ip: typeof event.request_ip === 'string' ? event.request_ip : '',
    message: { ...event, ...named },
  };
}
