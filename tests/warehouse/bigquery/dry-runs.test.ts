import { afterAll, beforeAll, describe } from 'vitest';
import { openBigQuery } from '../../../warehouse/bigquery/bigquery.ts';
import { parseBigQueryAddress } from '../../../warehouse/bigquery/client/address.ts';
import { clientOf } from '../../support/bigquery/client.ts';
import { type LocalBigQuery, startBigQuery } from '../../support/bigquery/local-bigquery.ts';
import { FULL_RUN } from '../../support/full-run.ts';
import { missingGoogleSql } from '../../support/googlesql/server.ts';
import { STATEMENTS_WITHOUT_STEPS } from '../../support/statements.ts';
import { dryRuns } from './dry-runs.ts';

/** The same analyzer has taken all of them in `portable-sql.test.ts`; here their names and parameters become BigQuery's, of all in a full run. */
const STATEMENTS = STATEMENTS_WITHOUT_STEPS.filter((_, index) => FULL_RUN || index % 8 === 0);

describe.skipIf(missingGoogleSql)(
  `on a local BigQuery${missingGoogleSql ? `, skipped: ${missingGoogleSql}` : ''}`,
  () => {
    let localBigQuery: LocalBigQuery;
    beforeAll(async () => {
      localBigQuery = await startBigQuery({ projectId: 'acme-prod', answersDone: true });
    });
    afterAll(() => localBigQuery?.stop());

    dryRuns(async () => {
      const address = parseBigQueryAddress('bigquery://acme-prod/tantieme');
      const warehouse = openBigQuery({ address, apiEndpoint: localBigQuery.url });
      return { warehouse, address, client: clientOf(localBigQuery) };
    }, STATEMENTS);
  },
);
