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
});
