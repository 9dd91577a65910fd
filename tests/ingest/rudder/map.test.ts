import { describe, expect, test } from 'vitest';
import { mapMessage } from '../../../ingest/rudder/map.ts';
import { receive } from '../../../ingest/rudder/receive.ts';
import { STANDARD_COLUMNS } from '../../../ingest/rudder/standard-columns.ts';
import type { JsonObject, JsonValue } from '../../../warehouse/json.ts';
import { added, MESSAGE, METADATA, mapping, rowIn, tables, type Variation } from './example.ts';

describe('tables', () => {
  test.each<[string, JsonObject, Variation, string[]]>([
    ['a track', {}, {}, ['tracks', 'license_purchased']],
    ['a type in capitals', { type: 'Track' }, {}, ['tracks', 'license_purchased']],
    ['an event without letters', { event: '!' }, {}, ['tracks']],
    ['an event that is not text', { event: 5 }, {}, ['tracks']],
    ['an event with the name of a table of RudderStack', { event: 'Pages' }, {}, ['tracks', '_pages']],
    ['no tracks table', {}, { destConfig: { skipTracksTable: true } }, ['license_purchased']],
    ['an identify', { type: 'identify' }, {}, ['identifies', 'users']],
    ['an identify of a blank user', { type: 'identify', userId: ' ' }, {}, ['identifies']],
    ['no users table', { type: 'identify' }, { destConfig: { skipUsersTable: true } }, ['identifies']],
    ['a page', { type: 'page' }, {}, ['pages']],
    ['a screen', { type: 'screen' }, {}, ['screens']],
    ['a group', { type: 'group' }, {}, ['_groups']],
    ['an alias', { type: 'alias' }, {}, ['aliases']],
    ['an extract', { type: 'extract' }, { metadata: { recordId: 'r' } }, ['license_purchased']],
    ['a merge, identities unresolved', { type: 'merge' }, {}, []],
    [
      'the message skips a table',
      { integrations: { BQ: { options: { skipTracksTable: true } } } },
      {},
      ['license_purchased'],
    ],
    [
      'the message switches escaping off',
      { event: 'Groups', integrations: { BQ: { options: { skipReservedKeywordsEscaping: true } } } },
      {},
      ['tracks', 'groups'],
    ],
  ])('%s', (_, message, variation, expected) => {
    expect(tables(message, variation)).toEqual(expected);
  });
});

describe('columns of every event', () => {
  test('the row of a track', () => {
    const { rows, failed } = mapping({ properties: { license_id: 'lic_1' } });
    expect(failed).toEqual([]);
    expect(rows[1]).toEqual({
      table: 'license_purchased',
      columns: expect.objectContaining({ license_id: 'string', uuid_ts: 'datetime', loaded_at: 'datetime' }),
      data: {
        id: 'm_1',
        anonymous_id: 'a_1',
        user_id: 'dev_1',
        channel: 'server',
        event: 'license_purchased',
        event_text: 'License Purchased',
        license_id: 'lic_1',
        original_timestamp: '2026-03-07T12:00:00.000Z',
        sent_at: '2026-03-07T12:00:01.000Z',
        timestamp: '2026-03-07T12:00:01.000Z',
        received_at: '2026-03-07T12:00:02.000Z',
        context_ip: '198.51.100.7',
        context_request_ip: '198.51.100.7',
        context_source_id: 'src_1',
        context_source_type: 'HTTP',
        context_destination_id: 'dst_1',
        context_destination_type: 'BQ',
        context_library_name: 'analytics-node',
        context_library_version: '3.0.13',
      },
    });
    expect(rows[0]?.data).not.toHaveProperty('license_id');
  });

  test('all of them are declared, with their types', () => {
    const message = receive({
      received_at: '2026-03-07T12:00:02Z',
      source_id: 'src_1',
      request_ip: '198.51.100.7',
      message: { ...MESSAGE, context: { ...MESSAGE.context, ip: '203.0.113.9' } },
    });
    for (const row of mapMessage({ message, metadata: METADATA }).rows) expect(row.columns).toEqual(STANDARD_COLUMNS);
  });

  test.each<[string, JsonObject, JsonObject]>([
    ["the client's address", { context: { ip: '::1' } }, { context_ip: '::1', context_passed_ip: '::1' }],
    ['a blank address', { context: { ip: '' } }, {}],
    ['an id like a date', { userId: '2026-03-07' }, { user_id: '2026-03-07T00:00:00.000Z' }],
    ['an id that is a number', { messageId: 5 }, { id: 5 }],
    ['an invalid time', { sentAt: 'now' }, { sent_at: 'now' }],
  ])('%s', (_, message, expected) => {
    expect(added(message, { table: 'license_purchased' })).toEqual(expected);
  });

  test('an id that is an object or array is dropped', () => {
    expect(rowIn('tracks', { userId: { id: 1 }, anonymousId: ['a'] }).data).not.toHaveProperty('user_id');
    expect(rowIn('tracks', { userId: { id: 1 }, anonymousId: ['a'] }).data).not.toHaveProperty('anonymous_id');
  });

  test('an event name like a date becomes a timestamp, also as the name of its table', () => {
    const { data, columns } = rowIn('_2026_03_07t_00_00_00_000z', { event: '2026-03-07' });
    expect(data.event_text).toBe('2026-03-07T00:00:00.000Z');
    expect(columns).toMatchObject({ event_text: 'datetime', event: 'string' });
  });

  test('a context with a source is overridden', () => {
    expect(added({ context: { sourceId: 'mine' } }, { table: 'license_purchased' })).toEqual({});
  });

  test('the source is not in the context if the server is configured so', () => {
    const serverConfig = { WH_POPULATE_SRC_DEST_INFO_IN_CONTEXT: false };
    expect(mapping({}, { serverConfig }).rows[0]?.data).not.toHaveProperty('context_source_id');
  });

  test('missing ids and times are generated', () => {
    const made = { now: () => Date.UTC(2026, 0), uuid: () => 'u' };
    const [row] = mapping({ messageId: '', receivedAt: 'x' }, made).rows;
    expect(row?.data).toMatchObject({ id: 'auto-u', received_at: '2026-01-01T00:00:00.000Z' });
    const known = mapping({ receivedAt: 'x' }, { ...made, metadata: { receivedAt: '2026-02-02T00:00:00.000Z' } });
    expect(known.rows[0]?.data.received_at).toBe('2026-02-02T00:00:00.000Z');
  });

  test('the generated id is derived from the message', () => {
    const idOf = (message: JsonObject): unknown => mapping({ messageId: null, ...message }).rows[0]?.data.id;
    expect(idOf({})).toMatch(/^auto-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(idOf({})).toBe(idOf({}));
    expect(idOf({})).not.toBe(idOf({ userId: 'dev_2' }));
  });
});

describe('refusals', () => {
  const many = Object.fromEntries(Array.from({ length: 1_581 }, (_, index) => [`p_${index}`, index]));

  test.each<[string, JsonObject, Variation, number, string]>([
    ['no type', { type: null }, {}, 400, 'Unknown event type: ""'],
    ['an unknown type', { type: 'Sale' }, {}, 400, 'Unknown event type: "sale"'],
    ['a context that is not an object', { context: 'x' }, {}, 500, 'context is not a map'],
    ['1601 columns', { properties: many }, {}, 400, 'bq transformer: Too many columns outputted from the event'],
    [
      'a pulled record without id',
      { context: { sources: { version: '1' } } },
      { metadata: { sourceCategory: 'singer-protocol' } },
      400,
      'recordId cannot be empty for cloud sources events',
    ],
    [
      'a pulled record whose id is an object',
      { context: { sources: { version: '1' } } },
      { metadata: { sourceCategory: 'cloud', recordId: { id: 1 } } },
      400,
      'recordId cannot be empty for cloud sources events',
    ],
    [
      'an extract without event',
      { type: 'extract', event: ' ' },
      { metadata: { recordId: 'r' } },
      400,
      'cannot create event table with empty event name, event name is missing in the payload',
    ],
    [
      'an extract without letters',
      { type: 'extract', event: '!' },
      { metadata: { recordId: 'r' } },
      400,
      'Table name cannot be empty.',
    ],
  ])('%s', (_, message, variation, statusCode, error) => {
    expect(mapping(message, variation)).toEqual({ rows: [], failed: [{ statusCode, error }] });
  });

  test.each([
    ['objects', (inner: JsonValue): JsonValue => ({ a: inner })],
    ['arrays', (inner: JsonValue): JsonValue => [inner]],
  ])('deeply nested %s', (_, around) => {
    const nested = (levels: number): JsonObject => {
      let value: JsonValue = 1;
      for (let level = 0; level < levels; level++) value = around(value);
      return { properties: { value } };
    };
    expect(mapping(nested(998)).rows).toHaveLength(2);
    expect(mapping(nested(999)).failed).toEqual([
      { statusCode: 400, error: 'The message is nested deeper than 1000 levels.' },
    ]);
    expect(mapping(nested(50_000)).rows).toEqual([]);
  });

  test('1600 columns pass, and from sources any number', () => {
    const { p_0: _, ...fewer } = many;
    expect(tables({ properties: fewer })).toHaveLength(2);
    expect(tables({ properties: many, channel: 'sources' })).toHaveLength(2);
  });
});
