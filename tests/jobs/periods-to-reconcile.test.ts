import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { acknowledgeBreaks } from '../../jobs/break-decisions.ts';
import { recordBreaks } from '../../jobs/break-history.ts';
import { periodsToReconcile } from '../../jobs/periods-to-reconcile.ts';
import { closes } from '../../transforms/ledger/tables.ts';
import { parsePeriod } from '../../warehouse/period.ts';
import type { Row } from '../../warehouse/vocabulary/tables.ts';
import { breakRow, setBreaks } from './breaks-of.ts';
import { openTestServices, type TestServices } from './test-services.ts';

let harness: TestServices;
beforeAll(async () => {
  harness = await openTestServices();
});
afterAll(() => harness[Symbol.asyncDispose]());
beforeEach(() => harness.restart());

const close = (period: string, next_period: string): Row<typeof closes> => ({
  ...{ period, next_period, cutoff_at: `${next_period}-02T04:00:00.000Z`, closed_by: 'ada', posting_count: 0n },
  ...{ format_version: 1n, rules_hash: '0', blinding_secret: '0', seal: '0', previous_seal: null },
});
const closeAll = () =>
  harness.services.warehouse.transaction((writer) =>
    writer.append(closes, [close('2025-11', '2025-12'), close('2025-12', '2026-01'), close('2026-01', '2026-02')]),
  );
const periods = () => periodsToReconcile(harness.services);

test('before the first closing, the last month and the current one are compared', async () => {
  expect(await periods()).toEqual(['2026-01', '2026-02']);
});

test('before the first closing, each older month with money is compared too', async () => {
  await harness.services.warehouse.transaction((writer) =>
    writer.query(
      `insert into raw.license_purchased (id, sale_id, timestamp, loaded_at) values
        ('m1', 's1', timestamp '2025-10-15 12:00:00+00', timestamp '2025-10-15 12:00:01+00'),
        ('m2', 's2', timestamp '2026-04-15 12:00:00+00', timestamp '2026-01-15 12:00:01+00')`,
    ),
  );
  expect(await periods()).toEqual(['2025-10', '2026-01', '2026-02']);
});

const LATE = `timestamp '2026-01-11 04:00:00+00'`;
const record = (recordedAt: string): string =>
  `'po' as id_stripe, 100 as amount_minor, 'EUR' as currency, 'paid' as status_stripe, timestamp '2025-12-30 08:00:00+00' as created_at,
  ${recordedAt} as recorded_at, ${recordedAt} as pulled_at, '{}' as object_stripe`;
const payout = (recordedAt: string): string =>
  `stripe.payouts by name select ${record(recordedAt)}, true as is_automatic, timestamp '2026-01-02 00:00:00+00' as arrives_at`;

test.each([
  [
    'payouts of it were',
    `raw.payout_sent by name select '2025-12' as payout_period, ${LATE} as loaded_at, 'po' as payout_id, 'm' as id`,
  ],
  [
    'what an automatic payout carried was',
    `stripe.payout_transactions by name select '' as account_id_stripe, 'po' as payout_id_stripe, 'txn' as balance_transaction_id_stripe,
    100 as net_minor, 'EUR' as currency, ${LATE} as pulled_at, ${LATE} as recorded_at`,
  ],
  [
    'a balance transaction was',
    `stripe.balance_transactions by name select ${record(LATE)}, 'fee' as reporting_category, 'stripe_fee' as balance_transaction_type,
    'payments' as balance_type, 0 as fee_minor, 0 as fee_tax_minor, 100 as net_minor, ${LATE} as available_at`,
  ],
  ['the failure of a payout to the bank was', payout(LATE)],
  ['a top-up was', `stripe.topups by name select ${record(LATE)}`],
])('a closed month is compared again if %s recorded since its last complete comparison', async (_, insert) => {
  await closeAll();
  const compared = (run_id: string, at: string, verdict: string) =>
    harness.services.operational
      .insertInto('job_runs')
      .values({
        ...{ run_id, job: 'reconcile-stripe', period: '2025-12', state: 'done', started_by: 'schedule' },
        ...{ started_at: at, lease_expires_at: at, finished_at: at, outcome: JSON.stringify({ verdict }) },
      })
      .execute();
  await compared('r1', '2026-01-10T05:45:00.000Z', 'reconciled');
  await harness.services.warehouse.transaction(async (writer) => {
    await writer.query(`insert into ${payout(`timestamp '2025-12-31 04:00:00+00'`)}`);
    await writer.query(`insert into ${insert}`);
  });
  expect(await periods()).toEqual(['2025-12', '2026-01', '2026-02']);
  await compared('r2', '2026-01-11T05:45:00.000Z', 'incomplete');
  expect(await periods()).toEqual(['2025-12', '2026-01', '2026-02']);
  await compared('r3', '2026-01-12T05:45:00.000Z', 'breaks');
  expect(await periods()).toEqual(['2026-01', '2026-02']);
});

test('every month that is not closed is compared, and the latest closed one', async () => {
  await closeAll();
  harness.setTime('2026-04-20T04:40:00.000Z');
  expect(await periods()).toEqual(['2026-01', '2026-02', '2026-03', '2026-04']);
});

test('an earlier closed month is compared while it has a break that nobody has acknowledged as it is, or payouts to be sent', async () => {
  await closeAll();
  const [period, by] = [parsePeriod('2025-11'), 'ada'];
  await setBreaks(harness.services, breakRow({ period }));
  await recordBreaks(harness.services, { period, by });
  expect(await periods()).toEqual(['2025-11', '2026-01', '2026-02']);
  await acknowledgeBreaks(harness.services, { period, by, breakIds: ['charge:ch_1'], sentence: 'It is known.' });
  expect(await periods()).toEqual(['2026-01', '2026-02']);
  await setBreaks(harness.services, breakRow({ period, stripe_minor: 1n }));
  await recordBreaks(harness.services, { period, by });
  expect(await periods()).toEqual(['2025-11', '2026-01', '2026-02']);
  await setBreaks(harness.services);
  await recordBreaks(harness.services, { period, by });
  expect(await periods()).toEqual(['2026-01', '2026-02']);
  // It is as it was when it was acknowledged, but it was gone since then.
  harness.setTime('2026-02-03T05:45:00.000Z');
  await setBreaks(harness.services, breakRow({ period }));
  await recordBreaks(harness.services, { period, by });
  expect(await periods()).toEqual(['2025-11', '2026-01', '2026-02']);
  await setBreaks(harness.services);
  await recordBreaks(harness.services, { period, by });
  const [planned_at, approved_at] = ['2026-01-02T05:00:00.000Z', '2026-01-02T06:00:00.000Z'];
  await harness.services.operational
    .insertInto('payout_batches')
    .values({
      ...{ batch_id: 'b', period: '2025-12', sequence: 1, state: 'approved' as const },
      ...{ planned_by: by, planned_at, approved_by: 'ben', approved_at, ledger_seal: 's', approval_hash: 'h' },
    })
    .execute();
  expect(await periods()).toEqual(['2025-12', '2026-01', '2026-02']);
});
