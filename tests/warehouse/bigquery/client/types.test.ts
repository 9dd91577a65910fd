import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { columnShape, parameterOf, readerOf, schemaOf } from '../../../../warehouse/bigquery/client/types.ts';
import { InvariantBroken } from '../../../../warehouse/errors.ts';
import { decimalOf } from '../../../../warehouse/money.ts';
import type { Value } from '../../../../warehouse/warehouse.ts';

/** A value of the API for a column of that type, as read by us. */
const readValue = (type: string, v: unknown): Value | undefined => readerOf([{ name: 'x', type }])({ f: [{ v }] }).x;

describe('a value of a result', () => {
  test.each<[string, unknown, Value]>([
    ['STRING', '', ''],
    ['STRING', null, null],
    ['STRING', '007', '007'],
    ['INTEGER', '9223372036854775807', 9_223_372_036_854_775_807n],
    ['INT64', '-9223372036854775808', -9_223_372_036_854_775_808n],
    ['NUMERIC', '1.500000000', '1.5'],
    ['NUMERIC', '-0.000000001', '-0.000000001'],
    ['NUMERIC', '100', '100'],
    ['NUMERIC', '0.000', '0'],
    ['NUMERIC', '99999999999999999999999999999.999999999', '99999999999999999999999999999.999999999'],
    ['BOOLEAN', 'true', true],
    ['BOOL', 'false', false],
    ['FLOAT', '1.0E300', 1e300],
    ['FLOAT64', 'Infinity', Number.POSITIVE_INFINITY],
    ['TIMESTAMP', '1769903999999000', '2026-01-31T23:59:59.999Z'],
    ['TIMESTAMP', '1769903999999999', '2026-01-31T23:59:59.999999Z'],
    ['TIMESTAMP', '-1', '1969-12-31T23:59:59.999999Z'],
    ['TIMESTAMP', '-62135596800000000', '0001-01-01T00:00:00.000Z'],
    ['DATE', '2028-02-29', '2028-02-29'],
  ])('of %s, %s, is exactly %s', (type, given, value) => expect(readValue(type, given)).toBe(value));

  test.each([
    ['BIGNUMERIC', '1'],
    ['DATETIME', '2026-01-31T00:00:00'],
    ['JSON', '{}'],
    ['RECORD', { f: [] }],
  ])('of %s is refused as unsupported', (type, given) => {
    expect(() => readValue(type, given)).toThrow(InvariantBroken);
  });

  test('that is a list is refused, and so is a row with too few values', () => {
    expect(() => readerOf([{ name: 'x', type: 'INTEGER', mode: 'REPEATED' }])).toThrow(
      new InvariantBroken('The column x has the unsupported type ARRAY<INT64>.'),
    );
    expect(() => readerOf([{ name: 'x', type: 'STRING' }])({ f: [] })).toThrow(InvariantBroken);
    expect(() => readValue('NUMERIC', '1e3')).toThrow(InvariantBroken);
  });

  test('keeps every digit of any decimal', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 38n) + 1n, max: 10n ** 38n - 1n }), fc.boolean(), (nanos, padded) => {
        const exact = decimalOf(nanos);
        const [whole = '', fraction = ''] = exact.split('.');
        expect(readValue('NUMERIC', padded ? `${whole}.${fraction.padEnd(9, '0')}` : exact)).toBe(exact);
      }),
    );
  });
});

test('a column is described with the type with which it was created, also under its legacy name', () => {
  const shape = { name: 'x', type: 'int64', optional: false } as const;
  expect(schemaOf([{ ...shape, meaning: 'How many.' }])).toEqual({
    fields: [{ name: 'x', type: 'INT64', mode: 'REQUIRED', description: 'How many.' }],
  });
  expect(columnShape({ name: 'x', type: 'INTEGER', mode: 'REQUIRED' })).toEqual(shape);
  expect(columnShape({ name: 'x', type: 'FLOAT' })).toEqual({ name: 'x', type: 'float', optional: true });
});

test.each<[Value, string, string | null]>([
  ["it's", 'STRING', "it's"],
  [9_007_199_254_740_993n, 'INT64', '9007199254740993'],
  [true, 'BOOL', 'true'],
  [1.5, 'FLOAT64', '1.5'],
  [null, 'STRING', null],
])('the parameter %s has the type %s', (given, type, value) => {
  expect(parameterOf(given, 2)).toEqual({ name: 'p2', parameterType: { type }, parameterValue: { value } });
});
