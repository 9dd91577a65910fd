import type { BigQuery } from '@google-cloud/bigquery';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { missingGoogleSql } from '../googlesql/server.ts';
import { clientOf, newDataset, pathOf, run, texts } from './client.ts';
import { type LocalBigQuery, startBigQuery } from './local-bigquery.ts';

describe.skipIf(missingGoogleSql)('a table partitioned by ingestion time', () => {
  let localBigQuery: LocalBigQuery;
  let client: BigQuery;
  beforeAll(async () => {
    localBigQuery = await startBigQuery({ projectId: 'acme-test' });
    client = clientOf(localBigQuery);
  });
  afterAll(() => localBigQuery?.stop());

  test('names the time of a partition, reads one by it, and writes into it', async () => {
    const dataset = await newDataset(client);
    await dataset.createTable('months', { schema: 'a:INT64', timePartitioning: { type: 'MONTH' } });
    const months = pathOf(dataset, 'months');
    await run(client, `insert into ${months} (_PARTITIONTIME, a) select timestamp '2026-01-01', 1`);
    await run(client, `insert into ${months} (a, _PARTITIONTIME) select 2, timestamp '2026-02-01'`);
    const january = `_PARTITIONTIME = timestamp '2026-01-01'`;
    expect(await texts(client, `select a from ${months} where ${january}`)).toEqual([['1']]);
    expect(await texts(client, `select *, _PARTITIONTIME as begins_at from ${months} order by a`)).toEqual([
      ['1', '2026-01-01T00:00:00.000Z'],
      ['2', '2026-02-01T00:00:00.000Z'],
    ]);
    expect(await texts(client, `select * from ${months} order by a`)).toEqual([['1'], ['2']]);
    await run(client, `delete from ${months} where ${january}`);
    expect(localBigQuery.rows(`${dataset.id}.months`)).toEqual([{ a: 2n }]);
    await expect(
      run(client, `insert into ${months} (_PARTITIONTIME, a) select timestamp '2026-01-02', 1`),
    ).rejects.toThrow(/is not the beginning of a partition by month/);
    await dataset.createTable('days', {
      schema: 'used_at:TIMESTAMP',
      timePartitioning: { type: 'DAY', field: 'used_at' },
    });
    await expect(run(client, `select _PARTITIONTIME as begins_at from ${pathOf(dataset, 'days')}`)).rejects.toThrow(
      /Unrecognized name: _PARTITIONTIME/,
    );
  });
});
