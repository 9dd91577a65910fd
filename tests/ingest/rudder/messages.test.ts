import { describe, expect, test } from 'vitest';
import type { JsonObject, JsonValue } from '../../../warehouse/json.ts';
import { added, MESSAGE, mapping, tables } from './example.ts';

describe('other messages', () => {
  const user = { type: 'identify', traits: { plan: 'pro', id: 'x', userId: 'y' } };

  test('an identify', () => {
    const message = { ...user, context: { traits: { plan: 'old', city: 'Bern' } }, userProperties: { plan: 'older' } };
    const traits = { plan: 'pro', context_traits_plan: 'old', context_traits_city: 'Bern' };
    expect(added(message, { table: 'identifies' })).toEqual(traits);
    expect(added(message, { table: 'users' })).toEqual({ ...traits, id: 'dev_1' });
    const destConfig = { allowUsersContextTraits: true };
    expect(added(message, { table: 'users', destConfig })).toEqual({ ...traits, id: 'dev_1', city: 'Bern' });
  });

  test('a user has no message', () => {
    const users = mapping(user).rows[1]?.data;
    for (const column of ['anonymous_id', 'user_id', 'channel']) expect(users).not.toHaveProperty(column);
    expect(users).toMatchObject({ received_at: MESSAGE.receivedAt, sent_at: MESSAGE.sentAt });
  });

  test('traits that were a text', () => {
    expect(added({ context: { traits: { 0: 'n', 1: 'o' } } }, { table: 'tracks' })).toEqual({ context_traits: 'no' });
    expect(added({ context: { traits: { 0: 'n', 2: 'o' } } }, { table: 'tracks' })).toEqual({
      ...{ context_traits_0: 'n', context_traits_2: 'o' },
    });
    expect(added({ type: 'group', traits: { 1: 'n', 2: 'o' } }, { table: '_groups' })).toEqual({});
  });

  test.each<[string, JsonObject, string, JsonObject]>([
    [
      'its own name',
      { type: 'page', name: 'Home', properties: { name: 'x', url: '/' } },
      'pages',
      { name: 'Home', url: '/' },
    ],
    ['a name in its properties', { type: 'screen', name: '', properties: { name: 'x' } }, 'screens', { name: 'x' }],
    ['a category', { type: 'page', category: 'a' }, 'pages', {}],
    [
      'a group',
      { type: 'group', groupId: 'g', traits: { group_id: 'x', size: 3 } },
      '_groups',
      { group_id: 'g', size: 3 },
    ],
    ['an alias', { type: 'alias', previousId: 'p', traits: { a: 1 } }, 'aliases', { previous_id: 'p', a: 1 }],
  ])('%s', (_, message, table, expected) => {
    expect(added(message, { table })).toEqual(expected);
  });

  test('records that RudderStack pulled', () => {
    const metadata = { sourceCategory: 'cloud', recordId: 7 };
    const message = { context: { sources: { version: '1' } } };
    expect(added(message, { table: 'tracks', metadata })).toMatchObject({ record_id: '7' });
    expect(added(message, { table: 'license_purchased', metadata })).toMatchObject({ id: 7 });
    const unpulled = { context: { sources: { version: '' } } };
    expect(added(unpulled, { table: 'license_purchased', metadata })).toEqual({});
    expect(mapping({ ...message, type: 'extract' }, { metadata }).rows[0]?.data).toEqual({
      id: 7,
      event: 'License Purchased',
      received_at: MESSAGE.receivedAt,
      context_sources_version: '1',
      ...{ context_source_id: 'src_1', context_source_type: 'HTTP' },
      ...{ context_destination_id: 'dst_1', context_destination_type: 'BQ' },
    });
  });
});

describe('identities', () => {
  const serverConfig = { 'Warehouse.enableIDResolution': true };
  const pairOf = (message: JsonObject): unknown[] => {
    const rule = mapping(message, { serverConfig }).rows.find(({ table }) => table === 'rudder_identity_merge_rules');
    return Object.entries(rule?.data ?? {}).map(([, value]) => value);
  };
  const given = [
    { type: 'email', value: 'a@example.org' },
    { type: 'phone', value: 5 },
  ];

  test.each<[string, JsonObject, unknown[]]>([
    ['a track', {}, ['anonymous_id', 'a_1', 'user_id', 'dev_1']],
    ['without user', { userId: '' }, ['anonymous_id', 'a_1']],
    ['without anonymous id', { anonymousId: null }, ['user_id', 'dev_1']],
    ['without both', { anonymousId: null, userId: null }, []],
    ['an alias', { type: 'alias', previousId: 'p' }, ['user_id', 'dev_1', 'user_id', 'p']],
    ['a merge', { type: 'merge', mergeProperties: given }, ['email', 'a@example.org', 'phone', '5']],
  ])('%s', (_, message, expected) => {
    expect(pairOf(message)).toEqual(expected);
  });

  test('come between an identify and its user', () => {
    const expected = ['identifies', 'rudder_identity_merge_rules', 'users'];
    expect(tables({ type: 'identify' }, { serverConfig })).toEqual(expected);
  });

  test.each<[JsonValue, string]>([
    [null, 'either or both identifiers missing in mergeProperties'],
    [given.slice(1), 'either or both identifiers missing in mergeProperties'],
    ['x', 'mergeProperties contains null values for expected inputs'],
    [[{ type: '', value: 'x' }, ...given.slice(1)], 'mergeProperties contains null values for expected inputs'],
    [[{ type: 'email', value: '' }, ...given.slice(1)], 'mergeProperties contains null values for expected inputs'],
  ])('a merge of %j fails', (mergeProperties, error) => {
    const { rows, failed } = mapping({ type: 'merge', mergeProperties }, { serverConfig });
    expect({ rows, failed }).toEqual({ rows: [], failed: [{ statusCode: 400, error }] });
  });
});
