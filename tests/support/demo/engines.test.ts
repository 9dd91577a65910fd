import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MODELS } from '../../../transforms/models.ts';
import { openBigQuery } from '../../../warehouse/bigquery/bigquery.ts';
import { parseBigQueryAddress } from '../../../warehouse/bigquery/client/address.ts';
import { openDuckDb } from '../../../warehouse/duckdb/duckdb.ts';
import { startBigQuery } from '../bigquery/local-bigquery.ts';
import { missingGoogleSql } from '../googlesql/server.ts';
import { demo } from './run.ts';
import type { Summary } from './summary.ts';

const ENGINES = ['duckdb', 'bigquery'] as const;
type Engine = (typeof ENGINES)[number];

/** The one whole month on the local BigQuery, where each statement takes seconds more than on DuckDB. */
const MONTH = ['--events', '400', '--creators', '6', '--seed', '11'];

describe.skipIf(missingGoogleSql)(
  `a month on DuckDB and on BigQuery${missingGoogleSql ? `, skipped: ${missingGoogleSql}` : ''}`,
  () => {
    let folder: string;
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'tantieme-engines-'));
      for (const engine of ENGINES) {
        await demo(['--warehouse', engine, ...MONTH, '--out', join(folder, engine)]);
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

    test('has the same rows in every model', async () => {
      const duckdb = await openDuckDb({ path: join(folder, 'duckdb', 'data', 'warehouse.duckdb') });
      const projectId = 'tantieme-demo';
      await using kept = await startBigQuery({ projectId, folder: join(folder, 'bigquery', 'bigquery') });
      const address = parseBigQueryAddress(`bigquery://${projectId}/tantieme`);
      const bigquery = openBigQuery({ address, apiEndpoint: kept.url });
      for (const { name, key, kind } of MODELS) {
        // Those of other kinds are there only during a build.
        if (kind !== 'view' && kind !== 'period') continue;
        const sql = `select * from ${name} order by ${key.join(', ')}`;
        expect(await bigquery.query(sql), name).toEqual(await duckdb.query(sql));
      }
      for (const name of [
        'tantieme.postings',
        'tantieme.balances',
        'tantieme.reconciliations',
        'tantieme.rejections',
      ]) {
        expect(await duckdb.query(`select * from ${name}`), name).not.toEqual([]);
      }
      await duckdb.close();
      await bigquery.close();
    }, 300_000);

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
