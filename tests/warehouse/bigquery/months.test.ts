import { afterAll, beforeAll, describe } from 'vitest';
import { openBigQuery } from '../../../warehouse/bigquery/bigquery.ts';
import { parseBigQueryAddress } from '../../../warehouse/bigquery/client/address.ts';
import { type LocalBigQuery, startBigQuery } from '../../support/bigquery/local-bigquery.ts';
import { missingGoogleSql } from '../../support/googlesql/server.ts';
import { smallMonths } from './months.ts';

describe.skipIf(missingGoogleSql)(
  `on a local BigQuery${missingGoogleSql ? `, skipped: ${missingGoogleSql}` : ''}`,
  () => {
    let localBigQuery: LocalBigQuery;
    let made = 0;
    beforeAll(async () => {
      localBigQuery = await startBigQuery({ projectId: 'acme-prod', answersDone: true });
    });
    afterAll(() => localBigQuery?.stop());

    smallMonths(
      async () => {
        const address = parseBigQueryAddress(`bigquery://acme-prod/months_${++made}`);
        return openBigQuery({ address, apiEndpoint: localBigQuery.url });
      },
      // The command moves one there: `api/commands/engines.test.ts`.
      { moves: false },
    );
  },
);
