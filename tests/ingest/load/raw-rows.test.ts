import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { discards } from '../../../ingest/load/landing-tables.ts';
import { RawRows } from '../../../ingest/load/raw-rows.ts';
import { NEW_DESTINATION } from '../../../ingest/rudder/destination.ts';
import type { JsonObject } from '../../../warehouse/json.ts';
import type { ValueRow, Warehouse } from '../../../warehouse/warehouse.ts';
import { ENGINES } from '../../warehouse/engines.ts';
import { rawWarehouse } from './receipts.ts';

/** RudderStack's behaviour during a load, beyond the mapping of one message. */

const AT = '2026-02-01T05:06:07.120Z';

let warehouse: Warehouse;
beforeEach(async () => {
  warehouse = await rawWarehouse([discards]);
});
afterEach(() => warehouse.close());

const message = (id: string, change: JsonObject): JsonObject => ({
  type: 'track',
  event: 'Asset Viewed',
  messageId: id,
  userId: 'dev_1',
  receivedAt: '2026-02-01T05:00:00.000Z',
  timestamp: '2026-02-01T05:00:00.000Z',
  ...change,
});

async function load(messages: readonly JsonObject[], destConfig: JsonObject = NEW_DESTINATION, at = AT): Promise<void> {
  await warehouse.transaction(async (writer) => {
    const raw = await RawRows.open(writer, { loadedAt: at, engine: warehouse.engine });
    for (const each of messages) raw.add({ message: each, metadata: {}, destConfig });
    await raw.flush(raw.take({ all: true }));
  });
}

const rows = (columns: string, table = 'raw.asset_viewed'): Promise<ValueRow[]> =>
  warehouse.query(`select ${columns} from ${table} order by id`);
const viewed = (id: string, properties: JsonObject): JsonObject => message(id, { properties });

/** Texts that RudderStack's mapping, a spreadsheet or a parser would take for something else. */
const ODD_TEXTS = [
  '1984-01-01',
  '2001-02-31',
  '1999-12-31 23:59',
  '2024-01-05T10:00:00+02:00',
  '007',
  '1e5',
  'true',
  'null',
  '[""]',
  '{"a":1}',
  '"quoted" \\ "twice"',
  '12345678901234567890.10',
  ' two\nlines\t ',
  '=1+1',
  '\u202eمرحبا 👩‍👩‍👧 é',
  'x'.repeat(1000),
];

describe('free text of the catalogue', () => {
  test.each([NEW_DESTINATION, { ...NEW_DESTINATION, jsonPaths: 'track.properties.asset_title' }])(
    'is stored as it was sent, in a new table and in one that exists',
    async (destination) => {
      const uploaded = (asset_title: string, index: number): JsonObject =>
        message(`m_${String(index).padStart(2, '0')}`, { event: 'Asset Uploaded', properties: { asset_title } });
      await load(ODD_TEXTS.map(uploaded), destination);
      await load(
        ODD_TEXTS.map((text, index) => uploaded(text, index + ODD_TEXTS.length)),
        destination,
      );
      const stored = await rows('asset_title', 'raw.asset_uploaded');
      expect(stored.map(({ asset_title }) => asset_title)).toEqual([...ODD_TEXTS, ...ODD_TEXTS]);
      expect(await warehouse.query('select * from raw.rudder_discards')).toEqual([]);
    },
  );

  test('is only that of the event: other columns and events are mapped like RudderStack does', async () => {
    await load([
      message('m_1', {
        event: 'License Purchased',
        properties: { charge_id_stripe: '2024-01-05', note: '2024-01-05', sale_id: 'sale_\ud800' },
      }),
      viewed('m_2', { charge_id_stripe: '2024-01-05' }),
    ]);
    expect(await rows('charge_id_stripe, note, sale_id', 'raw.license_purchased')).toEqual([
      { charge_id_stripe: '2024-01-05', note: '2024-01-05T00:00:00.000Z', sale_id: 'sale_\ufffd' },
    ]);
    expect(await rows('charge_id_stripe')).toEqual([{ charge_id_stripe: '2024-01-05T00:00:00.000Z' }]);
  });
});

describe('a column', () => {
  test('has the type of its first value, for the same load and later ones', async () => {
    await load([viewed('m_1', { price: 25 }), viewed('m_2', { price: 25.99 })]);
    await load([viewed('m_3', { price: 7.5 }), viewed('m_4', { price: 'dear' })]);
    expect(await rows('id, price')).toEqual([
      { id: 'm_1', price: 25n },
      { id: 'm_2', price: 25n },
      { id: 'm_3', price: 7n },
      { id: 'm_4', price: null },
    ]);
    expect(await warehouse.query('select * exclude (uuid_ts, loaded_at) from raw.rudder_discards')).toEqual([
      {
        table_name: 'asset_viewed',
        row_id: 'm_4',
        column_name: 'price',
        column_value: 'dear',
        received_at: '2026-02-01T05:00:00.000Z',
        reason: 'incompatible schema conversion from int to string',
      },
    ]);
  });

  test('that is added later is NULL in earlier rows', async () => {
    await load([viewed('m_1', {})]);
    await load([viewed('m_2', { colour: 'red' }), viewed('m_3', { depth: 2 })]);
    expect(await rows('id, colour, depth')).toEqual([
      { id: 'm_1', colour: null, depth: null },
      { id: 'm_2', colour: 'red', depth: null },
      { id: 'm_3', colour: null, depth: 2n },
    ]);
  });

  test('of the load has the instant of the load and the order of arrival, whatever a property of that name contains', async () => {
    await load([viewed('m_1', {})]);
    await load([viewed('m_2', { loaded_at: 'x', uuid_ts: 7 })], NEW_DESTINATION, '2026-02-02T00:00:00.000Z');
    expect(await rows('uuid_ts, loaded_at')).toEqual([
      { uuid_ts: '2026-02-01T05:06:07.000Z', loaded_at: '2026-02-01T05:06:07.120001Z' },
      { uuid_ts: '2026-02-02T00:00:00.000Z', loaded_at: '2026-02-02T00:00:00.000001Z' },
    ]);
    expect(await warehouse.query('from raw.rudder_discards')).toEqual([]);
  });

  test.each([5, 1.5, true])('of the load is an instant also if its table begins with %j', async (value) => {
    await load([viewed('m_1', { loaded_at: value, uuid_ts: value })]);
    expect(await rows('uuid_ts, loaded_at')).toEqual([
      { uuid_ts: '2026-02-01T05:06:07.000Z', loaded_at: '2026-02-01T05:06:07.120001Z' },
    ]);
  });

  test("of the load that is a text column has RudderStack's format", async () => {
    await load([viewed('m_1', { loaded_at: 'x', uuid_ts: 'y' })]);
    expect(await rows('uuid_ts, loaded_at')).toEqual([
      { uuid_ts: '2026-02-01 05:06:07 Z', loaded_at: '2026-02-01 05:06:07.12 Z' },
    ]);
  });
});

describe('users', () => {
  const identify = message('m_1', {
    type: 'identify',
    channel: 'server',
    anonymousId: 'anon_1',
    traits: { plan: 'pro' },
  });

  test('are a table with every column of identifies except user_id, if it is not skipped', async () => {
    await load([identify], { ...NEW_DESTINATION, skipUsersTable: false });
    expect(await rows('id, plan, channel, anonymous_id', 'raw.users')).toEqual([
      { id: 'dev_1', plan: 'pro', channel: null, anonymous_id: null },
    ]);
    const described = await warehouse.withRollback((writer) => writer.describe('raw'));
    expect(described.get('users')?.map(({ name }) => name)).not.toContain('user_id');
  });

  test('are not a table at a new destination', async () => {
    await load([identify]);
    const described = await warehouse.withRollback((writer) => writer.describe('raw'));
    expect([...described.keys()]).toEqual(['identifies', 'rudder_discards']);
  });
});

test('Few rows of a table are buffered, and written with the last batch', async () => {
  await warehouse.transaction(async (writer) => {
    const raw = await RawRows.open(writer, { loadedAt: AT, engine: warehouse.engine });
    const add = (id: string, event: string) => raw.add({ message: message(id, { event }), metadata: {} });
    for (let nth = 0; nth < 2_000; nth++) add(`m_${nth}`, 'Asset Viewed');
    add('m_few', 'Asset Shared');
    const early = raw.take({ all: false });
    expect(early.tables.map(({ table }) => table)).toEqual(['tracks', 'asset_viewed']);
    await raw.flush(early);
    await raw.flush(raw.take({ all: true }));
  });
  for (const [table, n] of [
    ['tracks', 2_001n],
    ['asset_viewed', 2_000n],
    ['asset_shared', 1n],
  ]) {
    expect(await warehouse.query(`select count(*) as n, count(distinct id) as ids from raw.${table}`)).toEqual([
      { n, ids: n },
    ]);
  }
});

describe.each(ENGINES)('A column on $name', ({ start }) => {
  test('that BigQuery would refuse is not created: its values are discarded, and the event lands', async () => {
    const engine = await start();
    onTestFinished(() => engine.stop());
    warehouse = await engine.open();
    await warehouse.transaction((writer) => writer.migrate([discards]));
    const reserved = { _PARTITION_day: 'monday', _table_: { suffix: 7 }, _FILE_name: [1, 2], _rowTimestamp: true };
    await load([viewed('m_1', { ...reserved, _colidentifier: null, _part: 'kept', partition_day: 'kept' })]);
    await load([viewed('m_2', reserved)]);
    expect(await rows('id, _part, partition_day')).toEqual([
      { id: 'm_1', _part: 'kept', partition_day: 'kept' },
      { id: 'm_2', _part: null, partition_day: null },
    ]);
    const reason = 'BigQuery does not allow a column of this name';
    expect(
      await warehouse.query(
        `select table_name, column_name, column_value, reason from raw.rudder_discards where row_id = 'm_2' order by column_name`,
      ),
    ).toEqual(
      [
        ['_file_name', '[1 2]'],
        ['_partition_day', 'monday'],
        ['_row_timestamp', 'true'],
        ['_table_suffix', '7'],
      ].map(([column_name, column_value]) => ({ table_name: 'asset_viewed', column_name, column_value, reason })),
    );
  });
});
