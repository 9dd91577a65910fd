import { afterAll, beforeAll, describe } from 'vitest';
import { openBigQuery } from '../../../warehouse/bigquery/bigquery.ts';
import { parseBigQueryAddress } from '../../../warehouse/bigquery/client/address.ts';
import { type LocalBigQuery, startBigQuery } from '../../support/bigquery/local-bigquery.ts';
import { missingGoogleSql } from '../../support/googlesql/server.ts';
import { smallMonth } from './month.ts';

describe.skipIf(missingGoogleSql)(
  `on a local BigQuery${missingGoogleSql ? `, skipped: ${missingGoogleSql}` : ''}`,
  () => {
    let localBigQuery: LocalBigQuery;
    let opened = 0;
    beforeAll(async () => {
      localBigQuery = await startBigQuery({ projectId: 'acme-prod' });
    });
    afterAll(() => localBigQuery?.stop());

    smallMonth(
      async () =>
        openBigQuery({
          address: parseBigQueryAddress(`bigquery://acme-prod/month_${++opened}`),
          apiEndpoint: localBigQuery.url,
        }),
      { timeoutMs: 180_000 },
    );
  },
);
