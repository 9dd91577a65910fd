import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { missingGoogleSql } from '../googlesql/server.ts';
import { demo } from './run.ts';
import type { Summary } from './summary.ts';

const ENGINES = ['duckdb', 'bigquery'] as const;
type Engine = (typeof ENGINES)[number];

describe.skipIf(missingGoogleSql)(
  `a month on DuckDB and on BigQuery${missingGoogleSql ? `, skipped: ${missingGoogleSql}` : ''}`,
  () => {
    let folder: string;
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'tantieme-engines-'));
      for (const engine of ENGINES) {
        await demo(['--warehouse', engine, '--events', '2000', '--seed', '11', '--out', join(folder, engine)]);
      }
    }, 600_000);
    afterAll(() => rm(folder, { recursive: true }));

    const summaryOf = (engine: Engine): Omit<Summary, 'seconds_by_step'> => {
      const { seconds_by_step, ...rest } = JSON.parse(readFileSync(join(folder, engine, 'summary.json'), 'utf8'));
      return rest;
    };
    /** The paths of all documents; a path contains the hash of the bytes. */
    const documentsOf = (engine: Engine): string[] =>
      readdirSync(join(folder, engine, 'data', 'documents'), { recursive: true })
        .map(String)
        .sort();

    test('has the same seal, amounts and payouts', () => {
      expect(summaryOf('bigquery').seal).toMatch(/^[0-9a-f]{64}$/);
      expect(summaryOf('bigquery')).toEqual(summaryOf('duckdb'));
    });

    test('has statements with the same bytes in every format', () => {
      const documents = documentsOf('duckdb').filter((path) => /[0-9a-f]{32}/.test(path));
      expect(documents.length).toBe(4 * summaryOf('duckdb').statements);
      expect(documentsOf('bigquery')).toEqual(documentsOf('duckdb'));
    });
  },
);
