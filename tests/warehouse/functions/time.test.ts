import { describe, expect, test } from 'vitest';
import { evaluateOnDuckDb } from './evaluate.ts';

describe('time', () => {
  const instants: [string, string, string][] = [
    ['2026-01-01T00:00:00.000Z', '2026-01', '2026-01-01'],
    ['2026-01-31T23:59:59.999Z', '2026-01', '2026-01-31'],
    ['2025-12-31T23:59:59.999999Z', '2025-12', '2025-12-31'],
    ['2024-02-29T12:00:00.000Z', '2024-02', '2024-02-29'],
    ['0999-12-31T23:59:59.999Z', '0999-12', '0999-12-31'],
    ['1969-12-31T23:00:00.000Z', '1969-12', '1969-12-31'],
    // The clocks of Europe and America change around these.
    ['2026-03-29T01:30:00.000Z', '2026-03', '2026-03-29'],
    ['2026-11-01T00:30:00.000Z', '2026-11', '2026-11-01'],
  ];
  const cases = instants.map(([moment]) => [moment]);

  test('month_of and date_of use UTC', async () => {
    expect(await evaluateOnDuckDb('month_of', { types: ['timestamp'], cases })).toEqual(
      instants.map(([, month]) => month),
    );
    expect(await evaluateOnDuckDb('date_of', { types: ['timestamp'], cases })).toEqual(
      instants.map(([, , day]) => day),
    );
  });

  test('booked_in never is a period that was closed when it was recorded', async () => {
    const cases = [
      ['2026-01', '2026-02'],
      ['2026-02', '2026-02'],
      ['2026-03', '2026-02'],
      ['2026-01', null],
    ];
    expect(await evaluateOnDuckDb('booked_in', { types: ['string', 'string'], cases })).toEqual([
      '2026-02',
      '2026-02',
      '2026-03',
      '2026-01',
    ]);
  });

  test('start_of_day is midnight in UTC', async () => {
    const days = ['2026-01-15', '2024-02-29', '2026-03-29', '1969-12-31', '0999-12-31'];
    expect(await evaluateOnDuckDb('start_of_day', { types: ['date'], cases: days.map((day) => [day]) })).toEqual(
      days.map((day) => `${day}T00:00:00.000Z`),
    );
  });

  test('last_day_of handles leap years', async () => {
    const cases = [['2026-01'], ['2026-02'], ['2024-02'], ['1900-02'], ['2026-04'], ['9999-12']];
    expect(await evaluateOnDuckDb('last_day_of', { types: ['string'], cases })).toEqual([
      '2026-01-31',
      '2026-02-28',
      '2024-02-29',
      '1900-02-28',
      '2026-04-30',
      '9999-12-31',
    ]);
  });
});
