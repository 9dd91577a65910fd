import { instant } from '../../warehouse/clock.ts';
import { requirePresent } from '../../warehouse/invariant.ts';
import type { JsonObject, JsonValue } from '../../warehouse/json.ts';
import { existingTimestamp } from './timestamps.ts';

/** An event as the gateway received it. */
export interface Receipt {
  /** The server's time. */
  readonly received_at: string;
  readonly source_id: string;
  readonly request_ip: string;
  /** Whether it came through an endpoint for browsers. */
  readonly is_from_browser?: true;
  /** As sent by the SDK, except that a missing messageId is filled in. */
  readonly message: JsonObject;
}

/**
 * The message as RudderStack's processor passes it to the mapping: its four times are instants, its ids are text. If the client
 * set no `timestamp`, it is the time of receipt minus the time that passed on the client between event and sending.
 */
export function receive({ received_at, request_ip, message }: Receipt): JsonObject {
  const receivedAt = requirePresent(
    timeOf(received_at),
    `A receipt must have a valid received_at, not ${received_at}.`,
  );
  const originalTimestamp = timeOf(message.originalTimestamp) ?? receivedAt;
  const sentAt = timeOf(message.sentAt) ?? receivedAt;
  const onClientMs = (): number => Date.parse(sentAt) - Date.parse(originalTimestamp);
  return {
    ...message,
    ...idAsText('anonymousId', message.anonymousId),
    ...idAsText('userId', message.userId),
    receivedAt,
    originalTimestamp,
    sentAt,
    timestamp: timeOf(message.timestamp) ?? instant(Date.parse(receivedAt) - onClientMs()),
    request_ip,
  };
}

function timeOf(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' ? existingTimestamp(value) : undefined;
}

function idAsText(key: string, value: JsonValue | undefined): JsonObject {
  if (value === undefined || value === null || typeof value === 'string') return {};
  return { [key]: JSON.stringify(value) };
}
