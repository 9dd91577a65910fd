import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { messageHash } from '../../../ingest/load/message-hash.ts';
import { receive } from '../../../ingest/rudder/receive.ts';
import { sha256Hex } from '../../../warehouse/ids.ts';
import type { JsonObject } from '../../../warehouse/json.ts';

const sent: JsonObject = {
  type: 'track',
  event: 'Asset Published',
  messageId: 'msg_1',
  userId: 'cr_1',
  properties: {
    rate: '1.50',
    asset_id: 'asset_1',
    splits: [{ share_bps: 10_000, creator_id: 'cr_1' }],
    note: { b: 1, a: null },
  },
  originalTimestamp: '2026-01-10T12:00:00.000Z',
  sentAt: '2026-01-10T12:00:01.000Z',
};

/** As forwarded by RudderStack: with all its times, and with sorted keys. */
function forwardedByRudderStack(message: JsonObject): JsonObject {
  const received = { received_at: '2026-01-10T12:00:05.000Z', source_id: 'shop', request_ip: '127.0.0.1', message };
  const sorted = JSON.stringify({ userId: '', ...receive(received) }, (_key, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort())
      : value,
  );
  return JSON.parse(sorted) as JsonObject;
}

describe('the hash of an event', () => {
  test.each<[string, JsonObject]>([
    ['as it was sent', sent],
    ['without an original timestamp', { ...sent, originalTimestamp: '' }],
    ['with a time that the sender gave', { ...sent, timestamp: '2026-01-09T00:00:00.000Z' }],
    ['without a user', { ...sent, userId: '' }],
  ])('is the same through RudderStack: %s', (_, message) => {
    expect(JSON.stringify(forwardedByRudderStack(message))).not.toBe(JSON.stringify(message));
    expect(messageHash(forwardedByRudderStack(message))).toBe(messageHash(message));
  });

  test('is the same without a user, in any form', () => {
    const { userId: _, ...nobody } = sent;
    expect(messageHash(forwardedByRudderStack(nobody))).toBe(messageHash(nobody));
  });

  test('is the same if it is resent later, in another context', () => {
    const again = { ...sent, sentAt: '2026-01-11T00:00:00.000Z', context: { ip: '::1' }, channel: 'web' };
    expect(messageHash(again)).toBe(messageHash(sent));
  });

  test.each<[string, JsonObject]>([
    ['another value', { properties: { ...(sent.properties as JsonObject), rate: '1.5' } }],
    ['an additional value', { properties: { ...(sent.properties as JsonObject), more: null } }],
    ['a value deep inside', { properties: { ...(sent.properties as JsonObject), note: { b: 1, a: '' } } }],
    ['another order of a list', { properties: { list: [2, 1] } }],
    ['no properties', { properties: null }],
    ['another event', { event: 'Asset Uploaded' }],
    ['another type', { type: 'identify' }],
    ['another user', { userId: 'cr_2' }],
  ])('differs for %s', (_, change) => {
    const first =
      change.properties && 'list' in (change.properties as JsonObject)
        ? { ...sent, properties: { list: [1, 2] } }
        : sent;
    expect(messageHash({ ...first, ...change })).not.toBe(messageHash(first));
  });

  test('is that of its content as JSON with sorted names, which is recorded in every warehouse', () => {
    const odd = JSON.parse(
      '{"type":"track","event":"Asset Published","messageId":"msg_1","userId":"cr_1","properties":{"rate":"1.50","b":{"10":"é\\u0000\\ud800","9":[{"z":1,"a":null}],"x":-0.5},"01":true,"__proto__":{"q":1}},"traits":{}}',
    ) as JsonObject;
    expect(messageHash(odd)).toBe('f204289cb8c67221f36efdf5fcd2fe9f50597321a3acf7cdb89dd06dad97f594');
    fc.assert(
      fc.property(fc.jsonValue(), (properties) => {
        const content = ['track', null, null, null, null, null, null, properties === '' ? null : properties, null];
        const sorted = JSON.stringify(content, (_key, value: unknown) =>
          typeof value === 'object' && value !== null && !Array.isArray(value)
            ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
            : value,
        );
        const message = { type: 'track', properties } as JsonObject;
        expect(messageHash(message)).toBe(sha256Hex(sorted));
      }),
    );
  });
});
