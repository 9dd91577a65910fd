import { describe, expect, test } from 'vitest';
import type { JsonObject, JsonValue } from '../../../warehouse/json.ts';
import { added, MESSAGE, METADATA, mapping, propertiesOf, type Variation } from './example.ts';

describe('properties', () => {
  test.each<[string, JsonValue, JsonObject]>([
    ['objects are flattened', { price: { net: { usd: '1.5' } } }, { price_net_usd: '1.5' }],
    ['blanks are skipped', { a: null, b: '', c: [], d: [''], e: {} }, {}],
    [
      'values that only look blank are stored',
      { a: ' ', b: [null], c: 0, d: false },
      { a: ' ', b: [null], c: 0, d: false },
    ],
    ['arrays stay as they are', { tags: ['a', { b: 1 }] }, { tags: ['a', { b: 1 }] }],
    ['timestamps are normalised', { paidAt: '2026-03-07 10:00' }, { paid_at: '2026-03-07T10:00:00.000Z' }],
    ['a lone surrogate is replaced', { text: 'a\ud800' }, { text: 'a\ufffd' }],
    ['the last in byte order wins', { ab_c: 3, abC: 1, ab_C: 2 }, { ab_c: 3 }],
    ['also for a flat and a nested one', { aB: 'flat', a: { b: 'nested' } }, { a_b: 'flat' }],
    ["RudderStack's columns cannot be set", { id: 1, user_id: 2, receivedAt: 3, context_ip: 4, record_id: 5 }, {}],
    ['with an underscore they can', { _id: 1 }, { _id: 1 }],
    ['the event is not overwritten', { event: 'x', event_text: 'y' }, {}],
    ['loaded_at and uuid_ts pass', { loadedAt: 'x', uuid_ts: 'y' }, { loaded_at: 'x', uuid_ts: 'y' }],
    ['a name without letters is skipped', { '%': 1 }, {}],
    ['reserved words', { order: 1, Limit: 2 }, { _order: 1, _limit: 2 }],
    ['no object', [1, 2], {}],
  ])('%s', (_, properties, expected) => {
    expect(propertiesOf(properties)).toEqual(expected);
  });

  test('userProperties win over properties', () => {
    const message = { properties: { a: 1, b: 1 }, userProperties: { a: 2 } };
    expect(added(message, { table: 'license_purchased' })).toEqual({ a: 2, b: 1 });
  });

  test('types follow values', () => {
    const { rows } = mapping({
      properties: { a: 25.0, b: 0.5, c: true, d: 'x', e: '2026-03-07', f: [1], loadedAt: 'x' },
    });
    expect(rows[1]?.columns).toMatchObject({
      ...{ a: 'int', b: 'float', c: 'boolean', d: 'string', e: 'datetime', f: 'string' },
      ...{ loaded_at: 'string', uuid_ts: 'datetime' },
    });
  });

  test('a cloud source is flattened to the fourth level', () => {
    const deep = { a: { b: { c: { d: { z: '<', e: 1 } } } } };
    expect(propertiesOf(deep, { metadata: { sourceCategory: 'cloud' } })).toEqual({ a_b_c_d: '{"e":1,"z":"<"}' });
    expect(propertiesOf(deep)).toEqual({ a_b_c_d_e: 1, a_b_c_d_z: '<' });
  });

  test.each<[string, Variation['destConfig'], JsonObject]>([
    ['starting with the type', { jsonPaths: 'track.properties.a.b' }, { a_b: '{"c":1}', d: 2 }],
    ['starting with the properties', { jsonPaths: ' x , a ' }, { a: '{"b":{"c":1}}', d: 2 }],
    ['of another type', { jsonPaths: 'page.properties.a' }, { a_b_c: 1, d: 2 }],
    ['a number', { jsonPaths: 'd' }, { a_b_c: 1, d: '2' }],
  ])('stored as JSON by path: %s', (_, destConfig, expected) => {
    expect(propertiesOf({ a: { b: { c: 1 } }, d: 2 }, { destConfig: destConfig ?? {} })).toEqual(expected);
  });

  test('paths from the message', () => {
    const integrations = {
      BQ: { options: { jsonPaths: ['a'] } },
      DATA_WAREHOUSE: { options: { jsonPaths: ['b', 1] } },
    };
    const message = { integrations, properties: { a: { x: 1 }, b: { x: 2 }, c: { x: 3 } } };
    expect(added(message, { table: 'license_purchased' })).toEqual({ a: '{"x":1}', b: '{"x":2}', c_x: 3 });
  });

  test('the full event beside the tracks', () => {
    const { rows } = mapping({ properties: { a: '<' } }, { destConfig: { storeFullEvent: true } });
    expect(JSON.parse(String(rows[0]?.data.rudder_event))).toEqual({
      ...MESSAGE,
      properties: { a: '<' },
      context: { ...MESSAGE.context, ...METADATA },
    });
    expect(rows[1]?.data).not.toHaveProperty('rudder_event');
  });
});
