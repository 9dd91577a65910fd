import { expect, test } from 'vitest';
import { knownSince } from '../../../ingest/load/duplicate-window.ts';

test('duplicates are recognised forever if reading is free, and for a week if it is billed', () => {
  const loadedAt = '2026-02-01T00:00:00.000Z';
  expect(knownSince({ engine: 'duckdb', loadedAt })).toBe('1970-01-01T00:00:00.000Z');
  expect(knownSince({ engine: 'bigquery', loadedAt })).toBe('2026-01-25T00:00:00.000Z');
});
