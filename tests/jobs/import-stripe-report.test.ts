import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { importStripeReport } from '../../jobs/import-stripe-report.ts';
import type { GivenOptions } from '../../jobs/job.ts';
import { pullFromStripe } from '../../jobs/pull-from-stripe.ts';
import { reconciliationOf } from '../../jobs/reconcile-stripe.ts';
import { runJob } from '../../jobs/run-job.ts';
import { Rejected } from '../../warehouse/errors.ts';
import { parsePeriod } from '../../warehouse/period.ts';
import { temporaryFolder } from '../warehouse/folder.ts';
import { openTestServices, type TestServices } from './test-services.ts';

let harness: TestServices;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  harness = await openTestServices();
  folder = await temporaryFolder();
});
afterAll(async () => {
  await folder[Symbol.asyncDispose]();
  await harness[Symbol.asyncDispose]();
});

const JANUARY = { report: 'balance_change_from_activity.summary.1', from: '2026-01-01', to: '2026-02-01' };
const run = (options: GivenOptions) => runJob(harness.services, { job: importStripeReport, options, startedBy: 'ada' });
async function importText(text: string) {
  const address = join(folder.path, 'report.csv');
  await writeFile(address, text);
  return run({ address, ...JANUARY });
}
const differences = () =>
  harness.services.warehouse.query(
    'select bridge_category, net_difference_minor from tantieme.stripe_report_differences order by bridge_category',
  );

test('a report is compared with what was pulled; importing it again replaces it', async () => {
  const created_at_ms = Date.parse('2026-01-15T12:00:00.000Z');
  harness.stripe.charge({ id: 'ch_1', amount_minor: 100_00n, currency: 'usd', created_at_ms });
  harness.stripe.refund({ id: 're_1', charge: 'ch_1', amount_minor: 10_00n, created_at_ms });
  await harness.run(pullFromStripe);
  const header = 'reporting_category,currency,count,gross,fee,net\n';
  const refund = 'refund,usd,1,-10.00,0.00,-10.00\n';
  expect(await importText(`${header}charge,usd,1,100.00,-3.21,96.79\n${refund}`)).toEqual({
    ...{ ...JANUARY, lines: 2 },
    differing: [
      {
        ...{ currency: 'USD', line: 'charge', reported_count: 1, pulled_count: 1 },
        ...{ reported_net: '96.79', pulled_net: '96.80', net_difference: '-0.01' },
        ...{ gross_difference: '0.00', fee_difference: '-0.01' },
      },
    ],
  });
  const january = () => reconciliationOf(harness.services, parsePeriod('2026-01'));
  expect((await january()).stripe_reports).toMatchObject([{ report: JANUARY.report, line: 'charge' }]);
  expect((await reconciliationOf(harness.services, parsePeriod('2026-02'))).stripe_reports).toEqual([]);
  expect(await differences()).toEqual([
    { bridge_category: 'charge', net_difference_minor: -1n },
    { bridge_category: 'refund', net_difference_minor: 0n },
  ]);
  expect(await importText(`${header}charge,usd,1,100.00,-3.20,96.80\n${refund}`)).toMatchObject({ differing: [] });
  expect((await january()).stripe_reports).toEqual([]);
  expect(await differences()).toEqual([
    { bridge_category: 'charge', net_difference_minor: 0n },
    { bridge_category: 'refund', net_difference_minor: 0n },
  ]);
  await expect(importText(`${header}charge,usd,1,100.00,-3.20\n`)).rejects.toThrow(
    /report\.csv cannot be imported\. Its line 2 cannot be read: it has 5 fields/,
  );
  expect(await differences()).toHaveLength(2);
});

test.each([
  [{}, /without the options address, report, from and to\.$/],
  [
    { address: 'a.csv', ...JANUARY, to: '2026-02-30' },
    /^from and to take a day such as 2026-01-31, not "2026-02-30"\.$/,
  ],
  [{ address: 'a.csv', ...JANUARY, to: '2026-01-01' }, /is not after from/],
  [{ address: 'a.csv', ...JANUARY, report: 'tax.1' }, /^The report "tax\.1" cannot be imported/],
  [{ address: 'a.csv', ...JANUARY, since: '2026' }, /not since\.$/],
])('refuses %j', async (options: GivenOptions, sentence) => {
  await expect(run(options)).rejects.toThrow(Rejected);
  await expect(run(options)).rejects.toThrow(sentence);
});
