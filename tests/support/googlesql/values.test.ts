import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TableShape } from '../../../warehouse/vocabulary/tables.ts';
import { warnSkipped } from '../skipped-tests.ts';
import { type GoogleSql, startGoogleSql } from './googlesql.ts';
import { missingGoogleSql } from './server.ts';
import { protoOf, toExactValue } from './values.ts';

if (missingGoogleSql) warnSkipped(`values are not sent to GoogleSQL and back: ${missingGoogleSql}.`);

const LARGEST = '99999999999999999999999999999.999999999';
const NUMERICS = [
  '0',
  '0.000000001',
  '-0.000000001',
  '-0.5',
  '12.5',
  // Around the ends of one byte and of eight.
  ...['0.000000127', '0.000000128', '-0.000000128', '-0.000000129', '9223372036.854775807', '9223372036.854775808'],
  LARGEST,
  `-${LARGEST}`,
];

test('a numeric is converted exactly, up to the largest', () => {
  for (const numeric of NUMERICS) {
    const { numeric_value } = protoOf(numeric, 'numeric') as { numeric_value: Buffer };
    expect(toExactValue({ value: 'numeric_value', numeric_value })).toBe(numeric);
  }
});

test('an invalid numeric is refused before it is sent', () => {
  for (const text of [`1${LARGEST}`, '0.0000000001', '1e3', '1_000', '', '.5', 'NaN']) {
    expect(() => protoOf(text, 'numeric'), text).toThrow(`${text} is not a numeric`);
  }
});

describe.skipIf(missingGoogleSql)('GoogleSQL', () => {
  let googleSql: GoogleSql;
  beforeAll(async () => {
    googleSql = await startGoogleSql([]);
  });
  afterAll(() => googleSql?.stop());

  test('reads and returns the same numerics, up to the largest', async () => {
    const shape: TableShape = {
      name: 'scratch.numerics',
      meaning: 'Numerics and their texts.',
      columns: [
        { name: 'value', type: 'numeric', optional: false },
        { name: 'text', type: 'string', optional: false },
      ],
    };
    const rows = NUMERICS.map((text) => ({ value: text, text }));
    const got = await googleSql.evaluate(
      'select cast(text as numeric) as value, cast(value as string) as text from scratch.numerics',
      [{ shape, rows }],
    );
    expect(got).toEqual(rows);
  });

  test('returns instants and dates up to the limits', async () => {
    const shape: TableShape = {
      name: 'scratch.moments',
      meaning: 'Instants.',
      columns: [{ name: 'moment', type: 'timestamp', optional: false }],
    };
    const moments = [
      '0001-01-01T00:00:00.000Z',
      '1969-12-31T23:59:59.999999Z',
      '2026-01-31T23:59:59.999Z',
      '9999-12-31T23:59:59.999999Z',
    ];
    const rows = moments.map((moment) => ({ moment }));
    const got = await googleSql.evaluate(
      `select moment, date(moment, 'UTC') as day, format_timestamp('%E4Y-%m-%dT%H:%M:%E6SZ', moment, 'UTC') as text from scratch.moments order by moment`,
      [{ shape, rows }],
    );
    expect(got).toEqual(
      moments.map((moment) => ({
        moment,
        day: moment.slice(0, 10),
        text: moment.replace(/\.(\d{3})Z$/, '.$1000Z'),
      })),
    );
  });
});
