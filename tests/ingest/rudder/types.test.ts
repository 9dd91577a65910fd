import { describe, expect, test } from 'vitest';
import { type ColumnType, coerce, typeOf } from '../../../ingest/rudder/types.ts';
import type { JsonValue } from '../../../warehouse/json.ts';

test.each<[JsonValue, ColumnType]>([
  [3, 'int'],
  [3.0, 'int'],
  [1e300, 'int'],
  [0.1, 'float'],
  [false, 'boolean'],
  ['', 'string'],
  ['3', 'string'],
  ['2026-03-07', 'datetime'],
  [['2026-03-07'], 'string'],
])('%j is of the type %s', (value, expected) => {
  expect(typeOf(value)).toBe(expected);
});

const INSTANT = '2026-03-07T00:00:00.000Z';

describe('a column keeps its type', () => {
  test.each<[ColumnType, JsonValue, JsonValue]>([
    ['int', 7, 7],
    ['int', 19.99, 19],
    ['int', -19.99, -19],
    ['int', 2 ** 62, 2 ** 62],
    ['int', 1e19, -(2 ** 63)],
    ['int', -1e300, -(2 ** 63)],
    ['float', 0.5, 0.5],
    ['float', 7, 7],
    ['boolean', true, true],
    ['datetime', INSTANT, INSTANT],
    ['string', 'text', 'text'],
    ['string', 7, '7'],
    ['string', 12_345_678, '12345678'],
    ['string', 2 ** 60, '1152921504606846976'],
    ['string', 0.25, '0.25'],
    ['string', 123_456.5, '123456.5'],
    ['string', 7_654_321.25, '7.65432125e+06'],
    ['string', 0.0001, '0.0001'],
    ['string', -0.000025, '-2.5e-05'],
    ['string', 1.5e-100, '1.5e-100'],
    ['string', false, 'false'],
    ['string', INSTANT, INSTANT],
    ['string', [1, 2.5, 'x'], '[1,2.5,"x"]'],
    ['string', [{ b: '<a & b>', a: null }], '[{"a":null,"b":"\\u003ca \\u0026 b\\u003e"}]'],
    ['string', ['\u2028'], '["\\u2028"]'],
    ['string', ['\ud83d'], '["\ufffd"]'],
    ['int', null, null],
  ])('%s stores %j as %j', (existing, value, stored) => {
    expect(coerce(existing, typeOf(value), value)).toEqual({ stored });
  });
});

describe('values that do not fit go to the discards', () => {
  test.each<[ColumnType, JsonValue, string, ColumnType]>([
    ['int', '7', '7', 'string'],
    ['int', true, 'true', 'boolean'],
    ['int', INSTANT, INSTANT, 'datetime'],
    ['int', [1, 0.5, null, { k: 'v', a: [] }], '[1 0.5 <nil> map[a:[] k:v]]', 'string'],
    ['float', 'x', 'x', 'string'],
    ['float', false, 'false', 'boolean'],
    ['boolean', 0, '0', 'int'],
    ['boolean', 1_234_567.5, '1.2345675e+06', 'float'],
    ['datetime', 'soon', 'soon', 'string'],
    ['datetime', 1_700_000_000, '1700000000', 'int'],
  ])('%s: %j', (existing, value, discarded, incoming) => {
    const reason = `incompatible schema conversion from ${existing} to ${incoming}`;
    expect(coerce(existing, typeOf(value), value)).toEqual({ discarded, reason });
  });
});

test('an int refuses a number of another inferred type', () => {
  const reason = 'incompatible schema conversion from int to float';
  expect(coerce('int', 'float', 7)).toEqual({ discarded: '7', reason });
});
