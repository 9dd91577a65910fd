import { expect, test } from 'vitest';
import { knownSince } from '../../../ingest/load/duplicate-window.ts';

test('an event is known by its id for ever where reading is free, and for a week where it is billed', () => {
  const loadedAt = '2026-02-01T00:00:00.000Z';
  expect(knownSince({ engine: 'duckdb', loadedAt })).toBe('1970-01-01T00:00:00.000Z');
  expect(knownSince({ engine: 'bigquery', loadedAt })).toBe('2026-01-25T00:00:00.000Z');
});
