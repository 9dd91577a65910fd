import type { BigQuery } from '@google-cloud/bigquery';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { missingGoogleSql } from '../googlesql/server.ts';
import { warnSkipped } from '../skipped-tests.ts';
import { clientOf, load, newDataset, run } from './client.ts';
import { type LocalBigQuery, startBigQuery } from './local-bigquery.ts';

if (missingGoogleSql) warnSkipped(`faults of the local BigQuery are not tested: ${missingGoogleSql}.`);

describe.skipIf(missingGoogleSql)('the local BigQuery, configured to', () => {
  let localBigQuery: LocalBigQuery;
  let client: BigQuery;
  beforeEach(async () => {
    localBigQuery = await startBigQuery({ projectId: 'acme-test' });
    client = clientOf(localBigQuery);
  });
  afterEach(() => localBigQuery.stop());

  const statuses = (operation: string) =>
    localBigQuery.requests.filter((request) => request.operation === operation).map(({ status }) => status);

  test.each([
    ['503', 503, 'backendError'],
    ['429', 429, 'rateLimitExceeded'],
    ['401', 401, 'authError'],
  ] as const)('refuse with %s does nothing', async (fault, code, reason) => {
    localBigQuery.faults.next({ on: 'query', fault });
    const request = run(client, 'select 1 as a', { jobId: 'j' });
    await expect(request).rejects.toMatchObject({ code, errors: [{ reason }] });
    expect(localBigQuery.jobs()).toEqual([]);
    await run(client, 'select 1 as a', { jobId: 'j' });
    expect(statuses('jobs.insert')).toEqual([code, 200]);
  });

  test('break the connection before a request has no effect', async () => {
    localBigQuery.faults.next({ on: 'datasets.insert', fault: 'reset' });
    await expect(client.createDataset('d')).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(await client.dataset('d').exists()).toEqual([false]);
    expect(statuses('datasets.insert')).toEqual([0]);
  });

  test('lose a response has executed the request', async () => {
    const dataset = await newDataset(client);
    const [table] = await dataset.createTable('t', { schema: 'a:INT64' });
    localBigQuery.faults.next({ on: 'load', fault: 'lost' });
    const loading = () => load(table, ['{"a":1}'], { jobId: 'landing' });
    await expect(loading()).rejects.toMatchObject({ code: 'ECONNRESET' });
    await expect(loading()).rejects.toMatchObject({ code: 409 });
    await client.job('landing').promise();
    expect(localBigQuery.rows(`${dataset.id}.t`)).toEqual([{ a: 1n }]);
  });

  test('fail a job accepts it without effect', async () => {
    const dataset = await newDataset(client);
    const [table] = await dataset.createTable('t', { schema: 'a:INT64' });
    localBigQuery.faults.next({ on: 'load', fault: 'fails' });
    localBigQuery.faults.next({
      on: 'copy',
      fault: { fails: { reason: 'quotaExceeded', message: 'Too many copies.' } },
    });
    await expect(load(table, ['{"a":1}'])).rejects.toMatchObject({ errors: [{ reason: 'backendError' }] });
    await expect(table.copy(dataset.table('copy'))).rejects.toThrow('Too many copies.');
    expect(localBigQuery.rows(`${dataset.id}.t`)).toEqual([]);
    expect(localBigQuery.jobs().map(({ status }) => status.errorResult?.reason)).toEqual([
      'backendError',
      'quotaExceeded',
    ]);
  });

  test('hold a job runs others', async () => {
    const release = Promise.withResolvers<void>();
    localBigQuery.faults.next({ on: 'query', fault: { hold: release.promise } });
    const [held] = await client.createQueryJob({ query: 'select 1 as a' });
    await run(client, 'select 2 as a');
    expect((await held.getMetadata())[0].status.state).toBe('RUNNING');
    await expect(held.getQueryResults({ timeoutMs: 1 })).rejects.toThrow('did not complete');
    release.resolve();
    expect((await held.getQueryResults())[0]).toEqual([{ a: 1 }]);
  });

  test('do something meanwhile does it before the request is processed', async () => {
    const dataset = await newDataset(client);
    localBigQuery.faults.next({
      on: 'tables.get',
      fault: { meanwhile: async () => void (await dataset.createTable('t', {})) },
    });
    expect(await dataset.table('t').exists()).toEqual([true]);
  });

  test('fail later or more than once does so', async () => {
    const { faults } = localBigQuery;
    faults.next({ on: 'jobs.getQueryResults', fault: 'reset', after: 1, times: 2 });
    const [job] = await client.createQueryJob({ query: 'select 1 as a' });
    const outcomes: string[] = [];
    for (let attempt = 0; attempt < 4; attempt++) {
      outcomes.push(
        await job.getQueryResults().then(
          () => 'answered',
          () => 'reset',
        ),
      );
    }
    expect(outcomes).toEqual(['answered', 'reset', 'reset', 'answered']);
    expect(faults.pending).toBe(0);
  });
});
