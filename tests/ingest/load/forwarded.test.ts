import { expect, test } from 'vitest';
import { forwardedReceipt } from '../../../ingest/load/forwarded.ts';

const arrival = { source_id: 'plane', nowMs: Date.parse('2026-02-03T04:05:06.789Z') };

test('A forwarded event has the time and address that RudderStack recorded', () => {
  const event = {
    messageId: 'm1',
    userId: 'u',
    receivedAt: '2026-01-31T23:59:59.999+01:00',
    request_ip: '203.0.113.7',
    context: { trackingPlanId: 'tp_1' },
  };
  expect(forwardedReceipt(event, arrival)).toEqual({
    received_at: '2026-01-31T22:59:59.999Z',
    source_id: 'plane',
    request_ip: '203.0.113.7',
    message: event,
  });
});

test.each([undefined, null, '', 'yesterday', '2026-02-30T00:00:00Z', 1_770_000_000_000])(
  'A receivedAt of %j is invalid and replaced by the current time',
  (receivedAt) => {
    const event = { messageId: 'm1', userId: 'u', ...(receivedAt === undefined ? {} : { receivedAt }) };
    expect(forwardedReceipt(event, arrival).received_at).toBe('2026-02-03T04:05:06.789Z');
  },
);

test('The address of the forwarder is not used as the address of the sender', () => {
  expect(forwardedReceipt({ messageId: 'm1', userId: 'u' }, arrival).request_ip).toBe('');
  expect(forwardedReceipt({ messageId: 'm1', userId: 'u', request_ip: 7 }, arrival).request_ip).toBe('');
});

test.each([undefined, null, ' '])('An event whose id is %j always gets the same id', (messageId) => {
  const event = { userId: 'u', event: 'E', ...(messageId === undefined ? {} : { messageId }) };
  const idOf = (one: typeof event, at = arrival) => forwardedReceipt(one, at).message.messageId;
  expect(idOf(event)).toMatch(/^message_/);
  expect(idOf({ ...event }, { ...arrival, nowMs: 0 })).toBe(idOf(event));
  expect(idOf({ ...event, event: 'F' })).not.toBe(idOf(event));
});
