import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { missingGoogleSql } from '../googlesql/server.ts';
import { warnSkipped } from '../skipped-tests.ts';
import { clientOf, newDataset } from './client.ts';
import { type LocalBigQuery, startBigQuery } from './local-bigquery.ts';

if (missingGoogleSql) warnSkipped(`references of the local BigQuery are not tested: ${missingGoogleSql}.`);

describe.skipIf(missingGoogleSql)('a local BigQuery', () => {
  let localBigQuery: LocalBigQuery;
  beforeAll(async () => {
    localBigQuery = await startBigQuery({ projectId: 'acme-test' });
  });
  afterAll(() => localBigQuery.stop());

  test.each([
    ['/jobs', { jobReference: { jobId: 'j' }, configuration: { query: { query: 'select 1 as a' } } }],
    ['/datasets/%/tables', { tableReference: { datasetId: '%', tableId: 't' }, schema: { fields: [] } }],
    [
      '/datasets/%/routines',
      {
        routineReference: { datasetId: '%', routineId: 'r' },
        routineType: 'SCALAR_FUNCTION',
        definitionBody: '1',
      },
    ],
  ])('refuses a reference without the project: %s', async (path, body) => {
    const { id = '' } = await newDataset(clientOf(localBigQuery));
    const named = (text: string): string => text.replaceAll('%', id);
    const answer = await fetch(`${localBigQuery.url}/bigquery/v2/projects/acme-test${named(path)}`, {
      method: 'POST',
      body: named(JSON.stringify(body)),
    });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({
      error: { errors: [{ reason: 'invalid', message: 'Required parameter is missing: projectId' }] },
    });
  });
});
