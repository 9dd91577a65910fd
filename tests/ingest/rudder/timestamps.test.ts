import { describe, expect, test } from 'vitest';
import { existingTimestamp, normalTimestamp } from '../../../ingest/rudder/timestamps.ts';

describe('timestamps', () => {
  test.each([
    ['2026-03-07', '2026-03-07T00:00:00.000Z'],
    ['2026-03-07T09:05', '2026-03-07T09:05:00.000Z'],
    ['2026-03-07 09:05:59', '2026-03-07T09:05:59.000Z'],
    ['2026-03-07T09:05:59.9999', '2026-03-07T09:05:59.999Z'],
    ['2026-03-07T09:05:59.5Z', '2026-03-07T09:05:59.500Z'],
    ['2026-03-07T01:30:00+02:00', '2026-03-06T23:30:00.000Z'],
    ['2026-03-07T23:30:00-0045', '2026-03-08T00:15:00.000Z'],
    ['2028-02-29', '2028-02-29T00:00:00.000Z'],
    ['0099-01-01', '0099-01-01T00:00:00.000Z'],
    // A day that does not exist in its month overflows, and the time of day is dropped.
    ['2026-02-29', '2026-03-01T00:00:00.000Z'],
    ['2026-04-31T18:00:00+02:00', '2026-05-01T00:00:00.000Z'],
  ])('%s is a timestamp', (text, expected) => {
    expect(normalTimestamp(text)).toBe(expected);
  });

  test.each([
    ['', 'dev_1'],
    ['an amount', '12.50'],
    ['a month', '2026-03'],
    ['no zeros', '2026-3-7'],
    ['no dashes', '20260307'],
    ['month 13', '2026-13-01'],
    ['day 0', '2026-01-00'],
    ['day 32', '2026-01-32'],
    ['hour alone', '2026-03-07T09'],
    ['hour 24', '2026-03-07T24:00:00'],
    ['minute 60', '2026-03-07T09:60:00'],
    ['second 60', '2026-03-07T09:05:60'],
    ['a comma', '2026-03-07T09:05:59,5'],
    ['small letters', '2026-03-07t09:05:59z'],
    ['a zone without minutes', '2026-03-07T09:05:59+02'],
    ['a space after it', '2026-03-07 '],
    ['a sign before it', '+2026-03-07'],
    ['the year 0', '0000-12-31'],
    ['the year 0 in UTC', '0001-01-01T00:00:00+00:01'],
    ['the year 10000 in UTC', '9999-12-31T23:59:59-00:01'],
    ['40 characters', `2026-03-07T09:05:59.${'1'.repeat(19)}Z`],
  ])('not %s: %s', (_, text) => {
    expect(normalTimestamp(text)).toBeUndefined();
  });

  test('39 characters', () => {
    expect(normalTimestamp(`2026-03-07T09:05:59.${'1'.repeat(18)}Z`)).toBe('2026-03-07T09:05:59.111Z');
  });

  test('of a day that does not exist, if the day must exist', () => {
    expect(existingTimestamp('2028-02-29T01:02:03.0071Z')).toBe('2028-02-29T01:02:03.007Z');
    expect(existingTimestamp('2026-02-28')).toBe('2026-02-28T00:00:00.000Z');
    for (const day of ['2026-02-29', '2026-04-31T10:00:00.000Z']) expect(existingTimestamp(day)).toBeUndefined();
  });

  test('in the normal form stay unchanged, also at the ends of a month', () => {
    for (const day of ['2026-01-31', '2028-02-29', '2026-12-28', '0001-01-01']) {
      expect(normalTimestamp(`${day}T23:59:59.999Z`)).toBe(`${day}T23:59:59.999Z`);
    }
    expect(normalTimestamp('0000-01-01T00:00:00.000Z')).toBeUndefined();
    expect(normalTimestamp('2026-02-30T12:00:00.000Z')).toBe('2026-03-02T00:00:00.000Z');
  });
});
