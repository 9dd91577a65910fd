/** `npm run test:bigquery`: on BigQuery itself, in datasets that are created for the test and dropped at its end. */

import { BigQuery } from '@google-cloud/bigquery';
import { afterAll, describe } from 'vitest';
import { openBigQuery } from '../../../warehouse/bigquery/bigquery.ts';
import { type BigQueryAddress, parseBigQueryAddress } from '../../../warehouse/bigquery/client/address.ts';
import { randomId } from '../../../warehouse/ids.ts';
import type { Warehouse } from '../../../warehouse/warehouse.ts';
import { warnSkipped } from '../../support/skipped-tests.ts';
import { dryRuns } from './dry-runs.ts';
import { smallMonths } from './months.ts';

const url = process.env.TEST_WAREHOUSE_URL;
/** A small month reads some megabytes; nothing here may cost more than a cent. */
const MAXIMUM_BYTES_BILLED = 2n ** 30n;

if (!url)
  warnSkipped(
    'nothing is tested on BigQuery itself: set TEST_WAREHOUSE_URL to bigquery://<project>/<dataset>?location=…, with the credentials of this machine.',
  );

describe.skipIf(!url)('on BigQuery itself', () => {
  const used: BigQueryAddress[] = [];
  const freshAddress = (): BigQueryAddress => {
    const given = parseBigQueryAddress(url ?? '');
    const address = { ...given, dataset: `${given.dataset}_${randomId('test')}` };
    used.push(address);
    return address;
  };
  const opened = (address: BigQueryAddress): Warehouse =>
    openBigQuery({ address, maximumBytesBilled: MAXIMUM_BYTES_BILLED });
  afterAll(async () => {
    for (const { project, dataset } of used) {
      const [datasets] = await new BigQuery({ projectId: project }).getDatasets();
      for (const each of datasets) if (each.id?.startsWith(dataset)) await each.delete({ force: true });
    }
  });

  smallMonths(async () => opened(freshAddress()));

  describe('in a dry run', () => {
    dryRuns(async () => {
      const address = freshAddress();
      return { address, warehouse: opened(address), client: new BigQuery({ projectId: address.project }) };
    });
  });
});
