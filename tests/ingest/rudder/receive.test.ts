import { describe, expect, test } from 'vitest';
import { receive } from '../../../ingest/rudder/receive.ts';
import { InvariantBroken } from '../../../warehouse/errors.ts';
import type { JsonObject } from '../../../warehouse/json.ts';

const receiving = (message: JsonObject): JsonObject =>
  receive({ received_at: '2026-03-07T12:00:10.000Z', source_id: 'src_1', request_ip: '198.51.100.7', message });

describe('times', () => {
  // The client's clock is an hour slow; it waited four seconds before it sent.
  const slow = { originalTimestamp: '2026-03-07T11:00:05Z', sentAt: '2026-03-07T11:00:09Z' };

  test.each<[string, JsonObject, { originalTimestamp: string; sentAt: string; timestamp: string }]>([
    [
      'the time of receipt minus the time between event and sending',
      slow,
      {
        originalTimestamp: '2026-03-07T11:00:05.000Z',
        sentAt: '2026-03-07T11:00:09.000Z',
        timestamp: '2026-03-07T12:00:06.000Z',
      },
    ],
    [
      "the client's own timestamp wins",
      { ...slow, timestamp: '2026-01-31T23:59:59.999+01:00' },
      {
        originalTimestamp: '2026-03-07T11:00:05.000Z',
        sentAt: '2026-03-07T11:00:09.000Z',
        timestamp: '2026-01-31T22:59:59.999Z',
      },
    ],
    [
      'an invalid time is replaced by the time of receipt',
      { originalTimestamp: 'yesterday', sentAt: 1_700_000_000, timestamp: null },
      {
        originalTimestamp: '2026-03-07T12:00:10.000Z',
        sentAt: '2026-03-07T12:00:10.000Z',
        timestamp: '2026-03-07T12:00:10.000Z',
      },
    ],
    [
      'without sentAt, the time of receipt is used',
      { originalTimestamp: '2026-03-07T12:00:04Z' },
      {
        originalTimestamp: '2026-03-07T12:00:04.000Z',
        sentAt: '2026-03-07T12:00:10.000Z',
        timestamp: '2026-03-07T12:00:04.000Z',
      },
    ],
  ])('%s', (_, message, expected) => {
    expect(receiving(message)).toMatchObject({ ...expected, receivedAt: '2026-03-07T12:00:10.000Z' });
  });
});

test('ids become text, the rest stays', () => {
  const message = { type: 'track', messageId: 'm', userId: 42, anonymousId: 'a', properties: { n: 1 } };
  expect(receiving(message)).toMatchObject({ ...message, userId: '42' });
  expect(receiving({ userId: null })).not.toHaveProperty('anonymousId');
  expect(receiving({ userId: null })).toHaveProperty('userId', null);
});

test('the address is the one that the server recorded', () => {
  expect(receiving({ request_ip: '203.0.113.1' })).toHaveProperty('request_ip', '198.51.100.7');
});

test('a receipt without a time is an error', () => {
  expect(() => receive({ received_at: 'now', source_id: 's', request_ip: '', message: {} })).toThrow(InvariantBroken);
});
