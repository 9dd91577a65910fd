import type { Senders } from '../events/senders.ts';
import { timeViolation, type Violation, violationOf } from '../events/violations.ts';
import type { MapInput } from '../rudder/map.ts';
import { type Receipt, receive } from '../rudder/receive.ts';
import { sizeViolation } from './budgets.ts';

/** The violation of an event whose id has landed with other content. */
export const OTHER_CONTENT: Violation = {
  violation: 'Unknown-Violation',
  path: '/messageId',
  reason: 'An event with the same messageId but different content has already landed.',
};

interface Judging {
  readonly senders: Senders;
  /** Maps a message to rows; returns the reason if RudderStack's mapping refuses it. */
  readonly map: (input: MapInput) => string | undefined;
}

/** Why an event does not land although its id is new: its size, its content, its sender, its time, or RudderStack's mapping. */
export function eventViolation(receipt: Receipt, { senders, map }: Judging): Violation | undefined {
  const declared = sizeViolation(receipt.message) ?? violationOf(receipt.message) ?? senders.violationOf(receipt);
  if (declared) return declared;
  const message = receive(receipt);
  const impossible = timeViolation({ timestamp: String(message.timestamp), receivedAt: String(message.receivedAt) });
  if (impossible) return impossible;
  const refusal = map({ message, metadata: { sourceId: receipt.source_id, receivedAt: receipt.received_at } });
  return refusal === undefined ? undefined : { violation: 'Unknown-Violation', path: '', reason: refusal };
}
