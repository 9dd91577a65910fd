import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mapMessage } from '../../../ingest/rudder/map.ts';
import { cellsOf, MappingPlans, type RowCells } from '../../../ingest/rudder/plan.ts';
import type { JsonObject, JsonValue } from '../../../warehouse/json.ts';

const METADATA = { sourceId: 'marketplace', receivedAt: '2026-03-01T00:00:00.000Z' };

const sorted = (rows: readonly RowCells[]): unknown =>
  rows.map(({ table, columns, values, types }) => ({
    table,
    cells: columns.map((column, index) => [column, values[index], types[index]]),
  }));

/** Values of every kind, among them those that decide about the mapping. */
const value = fc.oneof(
  { weight: 6, arbitrary: fc.string({ minLength: 1, maxLength: 8 }) },
  fc.constantFrom<JsonValue>('', null, '\ud800', '2026-03-07', '2026-01-31T10:00:00.000Z', '5000-01-01T00:00:00.001Z'),
  fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean()),
);
const rare = fc.constantFrom<JsonValue>([], [''], ['a'], {});
const name = fc.constantFrom(
  ...['a', 'aB', 'ab_c', 'a_b', 'id', 'user_id', 'name', 'loadedAt', 'uuid_ts', 'traits', 'sources', 'version', 'ip'],
);
const tree = fc.letrec<{ object: JsonObject }>((tie) => ({
  object: fc.dictionary(
    name,
    fc.oneof({ weight: 12, arbitrary: value }, { weight: 4, arbitrary: tie('object') }, { weight: 1, arbitrary: rare }),
    { maxKeys: 5 },
  ) as fc.Arbitrary<JsonObject>,
})).object;
const change = fc.record(
  {
    event: fc.constantFrom<JsonValue>('Asset Used', 'Users', 'Asset Used', 'Users', '5000-01-01T00:00:00.001Z', 7),
    channel: fc.constantFrom<JsonValue>('server', 'sources', 'server', 1),
    context: fc.oneof({ weight: 5, arbitrary: tree }, value),
    properties: fc.oneof({ weight: 5, arbitrary: tree }, value),
    userProperties: tree,
    messageId: value,
    anonymousId: value,
    integrations: fc.constantFrom<JsonValue>(null, 'All', '', { BQ: { options: { skipTracksTable: true } } }),
  },
  { requiredKeys: ['event', 'properties'] },
) as fc.Arbitrary<JsonObject>;
const destConfig = fc.constantFrom<JsonObject | undefined>(
  undefined,
  {},
  { storeFullEvent: true },
  { jsonPaths: 'track.properties.a,ab_c' },
  { skipTracksTable: true, underscoreDivideNumbers: true },
);

const track = (changed: JsonObject): JsonObject => ({
  type: 'track',
  messageId: 'msg_1',
  userId: 'dev_1',
  receivedAt: METADATA.receivedAt,
  timestamp: METADATA.receivedAt,
  ...changed,
});

/** Gives each copied value of a message another one, of another kind. */
function otherValues(object: JsonObject, other: (value: JsonValue) => JsonValue): JsonObject {
  return Object.fromEntries(
    Object.entries(object).map(([key, inner]) => {
      if (typeof inner === 'object' && inner !== null && !Array.isArray(inner)) return [key, otherValues(inner, other)];
      return [key, ['type', 'receivedAt'].includes(key) ? inner : other(inner)];
    }),
  );
}

test('Messages of one shape have the rows that mapping each of them gives', () => {
  let planned = 0;
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), destConfig, value, (changes, config, another) => {
      const plans = new MappingPlans();
      const messages = changes.map(track);
      const others = messages.map((message) => otherValues(message, (inner) => (inner === '' ? inner : another)));
      for (const message of [...messages, ...others]) {
        const input = { message, metadata: METADATA, ...(config && { destConfig: config }) };
        const rows = plans.rowsOf(input);
        if (rows === undefined) continue;
        planned++;
        const mapped = mapMessage(input);
        expect(mapped.failed).toEqual([]);
        expect(sorted(rows)).toEqual(sorted(mapped.rows.map(cellsOf)));
      }
    }),
    { numRuns: 500 },
  );
  expect(planned).toBeGreaterThan(300);
});

test('A metered use is mapped by its plan', () => {
  const plans = new MappingPlans();
  const use = (units: string): JsonObject =>
    track({ event: 'Asset Used', context: { library: { name: 'node' } }, properties: { event_version: 1, units } });
  const rows = ['1', '2.5'].map((units) => plans.rowsOf({ message: use(units), metadata: METADATA }));
  expect(rows.map((each) => each?.map(({ table }) => table))).toEqual([
    ['tracks', 'asset_used'],
    ['tracks', 'asset_used'],
  ]);
  // The same list of columns shows a load that it has checked them.
  expect(rows[0]?.[1]?.columns).toBe(rows[1]?.[1]?.columns);
});

test('Traits have no plan: some SDKs send a text as its characters', () => {
  const plans = new MappingPlans();
  const rowsOf = (traits: JsonObject) =>
    plans.rowsOf({ message: track({ event: 'Asset Used', context: { traits } }), metadata: METADATA });
  expect([rowsOf({ '0': 'text', '1': 'text' }), rowsOf({ '0': 'a', '1': 'b' })]).toEqual([undefined, undefined]);
});
