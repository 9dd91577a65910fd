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

test('every month that is not closed is compared, and the latest closed one', async () => {
  await closeAll();
  harness.setTime('2026-04-20T05:45:00.000Z');
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
  const [planned_at, approved_at] = ['2026-01-02T05:00:00.000Z', '2026-01-02T06:00:00.000Z'];
  await harness.services.operational
    .insertInto('payout_batches')
    .values({
      ...{ batch_id: 'b', period: '2025-12', state: 'approved' as const },
      ...{ planned_by: by, planned_at, approved_by: 'ben', approved_at },
    })
    .execute();
  expect(await periods()).toEqual(['2025-12', '2026-01', '2026-02']);
});
