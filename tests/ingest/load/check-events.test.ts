import { expect, test } from 'vitest';
import { exampleOf } from '../../../ingest/events/example.ts';
import { licensePurchased } from '../../../ingest/events/sales.ts';
import { checkEvents } from '../../../ingest/load/check-events.ts';
import type { JsonObject } from '../../../warehouse/json.ts';
import { clock, Loading } from './loading.ts';
import { receiptLine } from './receipts.ts';

const EXAMPLE = exampleOf(licensePurchased);
const properties = EXAMPLE.properties as JsonObject;
const event = (messageId: string, change: object = {}): JsonObject => ({ ...EXAMPLE, messageId, ...change });

/** What lands, what is a duplicate, and one event for each reason of a quarantine. */
const EVENTS: readonly JsonObject[] = [
  event('m1'),
  event('m1'),
  event('m1', { properties: { ...properties, amount: '50.00' } }),
  event('m2', { properties: { ...properties, amount: 49 } }),
  event('m3', { properties: { ...properties, colour: 'red' } }),
  event('m4', { event: 'License Bought' }),
  event('m5', { event: 'Payout Sent', properties: {} }),
  event('m6', { timestamp: 'yesterday' }),
  event('m7', { timestamp: '2026-03-01T00:00:00.000Z' }),
  event('m8', { type: 'pay' }),
  event('m9', { type: 'page', name: 'Home' }),
  event('m10', { type: 'alias', userId: '', anonymousId: 'a1' }),
  event('m11', { properties: { ...properties, 'col\0our': 'red' } }),
  event('m12\0'),
];

test('the check says of every event what the loader then does, with the same reason', async () => {
  await using loading = await Loading.open();
  await loading.spool.append(EVENTS.map((message) => receiptLine({ ...message })));
  const loaded = await loading.load();
  const rows = await loading.rows(
    'select event, violation_path as path, reason from landing.quarantined_events order by rowid',
  );
  const { violations, ...counts } = checkEvents(EVENTS.map((each) => JSON.stringify(each)).join('\n'), {
    kind: 'server',
    clock,
  });
  expect(counts).toEqual({
    event_count: loaded.accepted,
    landed_count: loaded.landed,
    duplicate_count: loaded.duplicates,
    quarantined_count: loaded.quarantined,
  });
  expect(loaded).toMatchObject({ landed: 3, duplicates: 1, quarantined: 10 });
  // The loader names the source, the check its kind.
  const ofKind = (reason: unknown) =>
    String(reason).replace(/The source \S+( of the kind server)? may/, 'The source may');
  const plain = violations.map(({ line: _, ...rest }) => ({ ...rest, reason: ofKind(rest.reason) }));
  expect(plain).toEqual(rows.map((row) => ({ ...row, reason: ofKind(row.reason) })));
  expect(violations.map(({ line }) => line)).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 13, 14]);
});

test('what the gateway would refuse is reported too, and an event without an id gets one', () => {
  const { messageId: _, userId: __, ...anonymous } = EXAMPLE;
  const { messageId: ___, ...unnamed } = EXAMPLE;
  const text = [anonymous, unnamed, unnamed].map((each) => JSON.stringify(each)).join('\n');
  expect(checkEvents(text, { kind: 'server', clock })).toMatchObject({
    landed_count: 1,
    duplicate_count: 1,
    violations: [{ line: 1, reason: expect.stringContaining('neither a userId nor an anonymousId') }],
  });
});

test('a NUL character is in nothing that PostgreSQL must store of a quarantined event', async () => {
  await using loading = await Loading.open();
  const hostile = event('m1', { event: 'Licence\0', properties: { 'col\0our': 'red' } });
  await loading.spool.append(
    [hostile, event('m2', { properties: { ...properties, 'col\0our': 'red' } })].map((each) =>
      receiptLine({ ...each }),
    ),
  );
  await loading.load();
  const rows = await loading.rows('select event, violation_path, reason, message from landing.quarantined_events');
  expect(rows).toHaveLength(2);
  expect(JSON.stringify(rows)).not.toMatch(/[^\\]\\u0000/);
  expect(rows.map((row) => String(row.event))).toEqual(['Licence␀', 'License Purchased']);
});

test('a file may begin with a byte order mark', () => {
  const lines = [EXAMPLE, { ...EXAMPLE, messageId: 'm2' }].map((each) => JSON.stringify(each));
  for (const text of [lines.join('\r\n'), `[${lines.join(',')}]`])
    expect(checkEvents(`\ufeff${text}`, { kind: 'server', clock }).landed_count).toBe(2);
});

test('an event that is nested too deeply hides no other', () => {
  const deep = JSON.stringify(EXAMPLE).replace('"49.00"', `${'['.repeat(20_000)}${']'.repeat(20_000)}`);
  const { violations } = checkEvents(`${deep}\n{}\n`, { kind: 'server', clock });
  expect(violations.map(({ line, reason }) => [line, reason])).toEqual([
    [1, 'The event is nested deeper than 1000 levels.'],
    [2, expect.stringContaining('neither')],
  ]);
});

test('a browser may send less than a server', () => {
  expect(checkEvents(JSON.stringify(EXAMPLE), { kind: 'browser', clock }).violations).toEqual([
    {
      line: 1,
      event: 'License Purchased',
      path: '/event',
      reason: 'The source of the kind browser may not send the event License Purchased.',
    },
  ]);
});
