import { present } from '../../warehouse/check.ts';
import { instant } from '../../warehouse/clock.ts';
import type { JsonObject, JsonValue } from '../../warehouse/json.ts';
import { parseTimestamp } from './timestamps.ts';

/** An event as the gateway took it in. */
export interface Receipt {
  /** The server's time. */
  readonly received_at: string;
  readonly source_id: string;
  readonly request_ip: string;
  /** As the SDK posted it; only a blank messageId has been filled. */
  readonly message: JsonObject;
}

/**
 * The message as RudderStack's processor hands it to the mapping: its four times are final instants, its ids text. Where the
 * client gave no `timestamp`, it is the time of receipt less what passed on the client between event and sending.
 */
export function receive({ received_at, request_ip, message }: Receipt): JsonObject {
  const receivedMs = present(epochOf(received_at), `A receipt needs the server's time, not ${received_at}.`);
  const originalMs = epochOf(message.originalTimestamp) ?? receivedMs;
  const sentMs = epochOf(message.sentAt) ?? receivedMs;
  const timestampMs = epochOf(message.timestamp) ?? receivedMs - (sentMs - originalMs);
  return {
    ...message,
    ...idAsText('anonymousId', message.anonymousId),
    ...idAsText('userId', message.userId),
    receivedAt: instant(receivedMs),
    originalTimestamp: instant(originalMs),
    sentAt: instant(sentMs),
    timestamp: instant(timestampMs),
    request_ip,
  };
}

function epochOf(value: JsonValue | undefined): number | undefined {
  return typeof value === 'string' ? parseTimestamp(value) : undefined;
}

function idAsText(key: string, value: JsonValue | undefined): JsonObject {
  if (value === undefined || value === null || typeof value === 'string') return {};
  return { [key]: JSON.stringify(value) };
}
