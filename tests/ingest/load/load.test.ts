import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { licensePurchased } from '../../../ingest/events/sales.ts';
import { LANDING_TABLES } from '../../../ingest/load/landing-tables.ts';
import { broken, Loading, signUp } from './loading.ts';
import { catalogueEvent, type Message, receiptLine } from './receipts.ts';

const AT = '2026-01-10T12:00:00.000Z';
const purchase = catalogueEvent(licensePurchased, AT, {
  license_id: 'lic_1',
  sale_id: 'sale_1',
  asset_id: 'asset_1',
  developer_id: 'dev_1',
  amount: '999999999.000000001',
  tax_amount: '0',
  currency: 'USD',
  charge_id_stripe: 'ch_1',
});

let loading: Loading;
beforeEach(async () => {
  loading = await Loading.open();
});
afterEach(() => loading[Symbol.asyncDispose]());

describe('an event', () => {
  test('lands once, in its own table and in tracks, with exact amounts and the time of the load', async () => {
    await loading.send(purchase);
    expect(await loading.load()).toEqual({ accepted: 1, landed: 1, duplicates: 0, quarantined: 0 });
    expect(
      await loading.rows(
        'select sale_id, amount, timestamp, event_version, uuid_ts, loaded_at from raw.license_purchased',
      ),
    ).toEqual([
      {
        sale_id: 'sale_1',
        amount: '999999999.000000001',
        timestamp: AT,
        event_version: 1n,
        uuid_ts: '2026-02-01T00:00:00.000Z',
        loaded_at: '2026-02-01T00:00:00.500001Z',
      },
    ]);
    expect(await loading.rows('select event, event_text from raw.tracks')).toEqual([
      { event: 'license_purchased', event_text: 'License Purchased' },
    ]);
    expect(loading.spool.state()).toMatchObject({ waiting_bytes: 0, sealed_count: 0 });
  });

  test('that is a duplicate, in the same segment or a later one, is counted and not loaded', async () => {
    await loading.send(signUp(1), signUp(1), signUp(2));
    expect(await loading.load()).toEqual({ accepted: 3, landed: 2, duplicates: 1, quarantined: 0 });
    await loading.send(signUp(2), signUp(3));
    await loading.spool.append([receiptLine(signUp(1), { source_id: 'other' })]);
    expect(await loading.load()).toEqual({ accepted: 3, landed: 1, duplicates: 2, quarantined: 0 });
    expect(await loading.creators()).toEqual(['cr_1', 'cr_2', 'cr_3']);
    expect(await loading.rows('select count(*) as n from raw.tracks')).toEqual([{ n: 3n }]);
    expect(await loading.rows('select count(*) as n from landing.messages')).toEqual([{ n: 3n }]);
  });

  test('that violates the catalogue is quarantined as a whole, with its reason, and once', async () => {
    const odd = broken(1);
    await loading.send(odd, odd, signUp(2));
    expect(await loading.load()).toEqual({ accepted: 3, landed: 1, duplicates: 1, quarantined: 1 });
    await loading.send(odd);
    expect(await loading.load()).toEqual({ accepted: 1, landed: 0, duplicates: 1, quarantined: 0 });
    const [quarantined, ...others] = await loading.rows('select * from landing.quarantined_events');
    expect(others).toEqual([]);
    expect(quarantined).toEqual({
      message_id: odd.messageId,
      source_id: 'marketplace',
      is_from_browser: false,
      is_about_money: false,
      event: 'Creator Vanished',
      violation: 'Unplanned-Event',
      violation_path: '/event',
      reason: 'The event "Creator Vanished" is not in the catalogue.',
      message: JSON.stringify(odd),
      received_at: '2026-02-01T00:00:00.000Z',
      loaded_at: '2026-02-01T00:00:00.500Z',
    });
    expect(await loading.rows('select count(*) as n from raw.tracks')).toEqual([{ n: 1n }]);
  });

  test('that was quarantined lands when a corrected one is sent under the same id', async () => {
    const mended = signUp(1);
    await loading.send({ ...mended, event: 'Creator Vanished' });
    await loading.load();
    await loading.send(mended);
    expect(await loading.load()).toEqual({ accepted: 1, landed: 1, duplicates: 0, quarantined: 0 });
    await loading.send(mended);
    expect(await loading.load()).toMatchObject({ duplicates: 1 });
    expect(await loading.creators()).toEqual(['cr_1']);
    expect(await loading.rows('select outcome from landing.messages order by loaded_at')).toEqual([
      { outcome: 'quarantined' },
      { outcome: 'landed' },
    ]);
    expect(await loading.rows('select message_id from landing.quarantined_events')).toHaveLength(1);
  });

  test('that landed before loaded_at was stored is still recognised after the migration', async () => {
    await loading.send(signUp(1));
    await loading.load();
    await loading.warehouse.transaction(async (writer) => {
      await writer.query('alter table landing.messages drop column loaded_at');
      await writer.migrate(LANDING_TABLES);
    });
    await loading.send(signUp(1), signUp(2));
    expect(await loading.load()).toMatchObject({ landed: 1, duplicates: 1 });
    expect(await loading.creators()).toEqual(['cr_1', 'cr_2']);
  });

  test('with different content under an id that has landed is quarantined, and never lands', async () => {
    const { messageId } = signUp(1);
    await loading.send(signUp(1), signUp(2, { messageId }));
    expect(await loading.load()).toEqual({ accepted: 2, landed: 1, duplicates: 0, quarantined: 1 });
    await loading.send(signUp(3, { messageId }), signUp(1));
    expect(await loading.load()).toEqual({ accepted: 2, landed: 0, duplicates: 1, quarantined: 1 });
    expect(await loading.creators()).toEqual(['cr_1']);
    const quarantined = await loading.rows(
      'select message_id, violation_path, message from landing.quarantined_events',
    );
    expect(quarantined.map(({ message }) => JSON.parse(String(message)).userId).sort()).toEqual(['cr_2', 'cr_3']);
    expect(new Set(quarantined.map(({ violation_path }) => violation_path))).toEqual(new Set(['/messageId']));
    expect(await loading.rows('select outcome from landing.messages')).toEqual([{ outcome: 'landed' }]);
  });

  test('with an implausible timestamp is quarantined', async () => {
    await loading.send(
      signUp(1, { timestamp: '2062-01-01T00:00:00.000Z' }),
      signUp(2, { timestamp: '1970-01-01T00:00:00.000Z' }),
      signUp(3),
    );
    expect(await loading.load()).toMatchObject({ landed: 1, quarantined: 2 });
    expect(await loading.creators()).toEqual(['cr_3']);
  });

  test('that RudderStack would refuse to map is quarantined', async () => {
    let nested: Message = {};
    for (let depth = 0; depth < 1000; depth++) nested = { nested };
    const many = Object.fromEntries(Array.from({ length: 1700 }, (_, index) => [`column_${index}`, 1]));
    await loading.send(signUp(1, { context: many }), signUp(2, { context: nested }), signUp(3));
    expect(await loading.load()).toMatchObject({ landed: 1, quarantined: 2 });
    expect(await loading.creators()).toEqual(['cr_3']);
  });

  test.each([
    ['a line separator', { creator_name: 'One\u2028two\u2029three\u0085four' }],
    ['a lone surrogate', { creator_name: 'a\ud800b' }],
    ['nothing printable', { creator_name: '\u0001\u007f' }],
    ['quotes and backslashes', { creator_name: `"'\\n\\u0041` }],
    ['what looks like a time', { creator_name: '2026-01-05 10:00' }],
  ])('with %s in its text is loaded', async (_, change) => {
    const properties = { ...(signUp(1).properties as Message), ...change };
    await loading.send(signUp(1, { properties }), signUp(2));
    expect(await loading.load()).toMatchObject({ accepted: 2, landed: 2 });
    const expected = change.creator_name.toWellFormed();
    expect(await loading.rows(`select creator_name from raw.creator_signed_up where creator_id = 'cr_1'`)).toEqual([
      { creator_name: expected },
    ]);
  });

  test('with an id that is not valid UTF-8 is recognised as a duplicate', async () => {
    const odd = signUp(1, { messageId: 'id\udfff' });
    await loading.send(odd);
    expect(await loading.load()).toMatchObject({ landed: 1 });
    await loading.send(odd);
    expect(await loading.load()).toMatchObject({ duplicates: 1 });
  });

  test('is counted for its source', async () => {
    await loading.spool.append([
      receiptLine(signUp(1)),
      receiptLine(signUp(1), { source_id: 'other' }),
      receiptLine(broken(2), { source_id: 'other' }),
      receiptLine(signUp(3), { source_id: 'other' }),
    ]);
    const segment = await loading.sealed();
    await loading.load();
    expect(
      await loading.rows(
        'select source_id, accepted_count, landed_count, duplicate_count, quarantined_count, segment_hash from landing.loads order by source_id',
      ),
    ).toEqual([
      {
        source_id: 'marketplace',
        accepted_count: 1n,
        landed_count: 1n,
        duplicate_count: 0n,
        quarantined_count: 0n,
        segment_hash: segment.sha256,
      },
      {
        source_id: 'other',
        accepted_count: 3n,
        landed_count: 1n,
        duplicate_count: 1n,
        quarantined_count: 1n,
        segment_hash: segment.sha256,
      },
    ]);
  });
});

describe('a value', () => {
  test('of a new property creates a column, which is NULL in earlier rows', async () => {
    await loading.send(signUp(1));
    await loading.load();
    await loading.send(signUp(2, { context: { app: { build: 7 } } }), signUp(3));
    await loading.load();
    expect(
      await loading.rows('select creator_id, context_app_build from raw.creator_signed_up order by creator_id'),
    ).toEqual([
      { creator_id: 'cr_1', context_app_build: null },
      { creator_id: 'cr_2', context_app_build: 7n },
      { creator_id: 'cr_3', context_app_build: null },
    ]);
  });

  test('that does not fit its column is stored in the discards, and its row lands without it', async () => {
    await loading.send(
      signUp(1, { context: { app: { build: 7 } } }),
      signUp(2, { context: { app: { build: 'seven' } } }),
    );
    await loading.load();
    await loading.send(signUp(3, { context: { app: { build: true } } }));
    expect(await loading.load()).toMatchObject({ landed: 1 });
    expect(
      await loading.rows('select creator_id, context_app_build from raw.creator_signed_up order by creator_id'),
    ).toEqual([
      { creator_id: 'cr_1', context_app_build: 7n },
      { creator_id: 'cr_2', context_app_build: null },
      { creator_id: 'cr_3', context_app_build: null },
    ]);
    expect(
      await loading.rows(
        `select table_name, row_id, column_name, column_value, reason from raw.rudder_discards where table_name = 'creator_signed_up' order by column_value`,
      ),
    ).toEqual([
      {
        table_name: 'creator_signed_up',
        row_id: signUp(2).messageId,
        column_name: 'context_app_build',
        column_value: 'seven',
        reason: 'incompatible schema conversion from int to string',
      },
      {
        table_name: 'creator_signed_up',
        row_id: signUp(3).messageId,
        column_name: 'context_app_build',
        column_value: 'true',
        reason: 'incompatible schema conversion from int to boolean',
      },
    ]);
  });

  test.each([
    ['beyond 2⁵³', 2 ** 60, 2n ** 60n],
    ['beyond an int64, which becomes the smallest int64 in Go', 1e30, -(2n ** 63n)],
  ])('that is a whole number %s is stored like in RudderStack', async (_, build, stored) => {
    for (const count of [1, 600]) {
      await loading.send(
        ...Array.from({ length: count }, (_, index) => signUp(1000 * count + index, { context: { build } })),
      );
      expect(await loading.load()).toMatchObject({ landed: count });
    }
    expect(await loading.rows('select distinct context_build as build from raw.tracks')).toEqual([{ build: stored }]);
  });
});

describe('another kind of message', () => {
  test.each([
    ['identify', 'identifies', { traits: { name: 'Ada' } }],
    ['page', 'pages', { name: 'Home', properties: { path: '/' } }],
    ['group', '_groups', { groupId: 'g_1', traits: { plan: 'team' } }],
  ])('%s creates its own table', async (type, table, more) => {
    await loading.send({ type, messageId: 'm_1', userId: 'cr_1', ...more });
    expect(await loading.load()).toMatchObject({ landed: 1 });
    expect(await loading.rows(`select id, user_id, uuid_ts, loaded_at from raw."${table}"`)).toEqual([
      { id: 'm_1', user_id: 'cr_1', uuid_ts: '2026-02-01T00:00:00.000Z', loaded_at: '2026-02-01T00:00:00.500001Z' },
    ]);
  });
});
