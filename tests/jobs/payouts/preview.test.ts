import { afterAll, beforeAll, expect, test } from 'vitest';
import { recordBreaks } from '../../../jobs/break-history.ts';
import { closePeriod } from '../../../jobs/close-period.ts';
import { approvePayouts } from '../../../jobs/payouts/approve-payouts.ts';
import { decidePayouts } from '../../../jobs/payouts/decide-payouts.ts';
import { planPayouts } from '../../../jobs/payouts/plan-payouts.ts';
import { previewOf } from '../../../jobs/payouts/preview.ts';
import { statusOf } from '../../../jobs/payouts/status.ts';
import { runJob } from '../../../jobs/run-job.ts';
import { parsePeriod } from '../../../warehouse/period.ts';
import { breakRow, setBreaks } from '../breaks-of.ts';
import { PAYABLE, recordJanuary, UNPAID } from '../january.ts';
import { openTestServices, type TestServices } from '../test-services.ts';
import { payoutOf } from './approved-payouts.ts';

const JANUARY = parsePeriod('2026-01');

let harness: TestServices;
beforeAll(async () => {
  harness = await openTestServices();
  await recordJanuary(harness, [...PAYABLE, ...Object.values(UNPAID).slice(0, 2)]);
  await harness.run(closePeriod, '2026-01');
  await harness.run(planPayouts, '2026-01', 'schedule');
  await harness.services.warehouse.transaction(async (writer) => {
    const paid = (period: string, creator: string, { amount, account }: { amount: string; account: string }) =>
      writer.query(
        `insert into raw.payout_sent (id, payout_id, creator_id, payout_period, amount, currency, account_id_stripe, timestamp, loaded_at)
        values ($1, $1, $2, $3, $4, 'USD', $5, timestamp '2026-01-02 05:00:00+00', timestamp '2026-01-02 05:00:01+00')`,
        [`po_${period}_${creator}`, creator, period, amount, account],
      );
    await paid('2025-11', 'cr_ada', { amount: '500.00', account: 'acct_first' });
    await paid('2025-12', 'cr_ada', { amount: '64.00', account: 'acct_old' });
    await paid('2025-12', 'cr_ben', { amount: '79.98', account: 'acct_ben' });
    const reported = (account: string, at: string) =>
      writer.query(
        `insert into raw.creator_payout_account_updated (id, creator_id, account_id_stripe, loaded_at)
        values ($1, 'cr_ada', $2, $3::timestamptz)`,
        [`${account}${at}`, account, at],
      );
    await reported('acct_old', '2025-11-01 12:00:00+00');
    await reported('acct_ada', '2026-01-20 12:00:00+00');
  });
  await setBreaks(harness.services, breakRow({ flow_id: 'ch_ben_0' }), breakRow({ break_class: 'unlinked' }));
  await recordBreaks(harness.services, { period: JANUARY, by: 'schedule' });
});
afterAll(() => harness[Symbol.asyncDispose]());

const preview = () => previewOf(harness.services, JANUARY);

test('the preview says where each amount goes, and what has changed since the creator was last paid', async () => {
  const found = await preview();
  const [ada, ben, cai] = ['cr_ada', 'cr_ben', 'cr_cai'].map(payoutOf);
  expect(found).toMatchObject({
    ...{ batch_id: 'batch_2026-01', sequence: 1, state: 'planned', planned_by: 'schedule' },
    totals: [
      { currency: 'EUR', payout_count: 1, amount_minor: 160_00n },
      { currency: 'USD', payout_count: 2, amount_minor: 159_98n },
    ],
    largest: [cai, ada, ben],
    first_time_payees: ['cr_cai'],
    last_paid: { period: '2025-12', totals: [{ currency: 'USD', payout_count: 2, amount_minor: 143_98n }] },
    not_paid: [
      { reason: 'below_minimum', balance_count: 1 },
      { reason: 'identity_not_verified', meaning: "The creator's identity is not verified.", balance_count: 1 },
    ],
    changed_accounts: [
      {
        ...{ creator_id: 'cr_ada', account_id_stripe: 'acct_ada', account_before: 'acct_old', is_paid: true },
        first_reported_at: '2026-01-20T12:00:00.000Z',
      },
    ],
    comparison: '2026-01 has not been compared with Stripe completely: no holds are known.',
    open_breaks: { count: 1, first: [{ break_id: 'charge:ch_ben_0' }] },
    exceptions: { count: 0, first: [] },
    quarantined_money: [],
    holds: [{ creator_id: 'cr_ben', sentence: expect.stringMatching(/^On hold while the break charge:ch_ben_0/) }],
  });
  const changes = found.payouts.map(({ creator_id, currency: _, payout_id: __, ...each }) => [creator_id, each]);
  const account = { account_country: 'DE', account_currency: 'EUR', account_masked: null, payout_rail: 'stripe' };
  expect(Object.fromEntries(changes)).toEqual({
    cr_ada: {
      ...account,
      creator_name: 'ada',
      ...{ amount_minor: 80_00n, account_id_stripe: 'acct_ada', is_first_payout: false, last_period: '2025-12' },
      ...{ last_amount_minor: 64_00n, amount_ratio_bps: 12_500n, last_account_id_stripe: 'acct_old' },
    },
    cr_ben: {
      ...account,
      creator_name: 'ben',
      ...{ amount_minor: 79_98n, account_id_stripe: 'acct_ben', is_first_payout: false, last_period: '2025-12' },
      ...{ last_amount_minor: 79_98n, amount_ratio_bps: 10_000n, last_account_id_stripe: null },
    },
    cr_cai: {
      ...account,
      creator_name: 'cai',
      ...{ amount_minor: 160_00n, account_id_stripe: 'acct_cai', is_first_payout: true, last_period: null },
      ...{ last_amount_minor: null, amount_ratio_bps: null, last_account_id_stripe: null },
    },
  });
});

test('an approval is of what the preview showed, and of nothing that has changed since', async () => {
  const approve = (startedBy: string, hash: string) =>
    runJob(harness.services, { job: approvePayouts, period: JANUARY, startedBy, options: { hash } });
  const before = await preview();
  expect(before).toMatchObject({ approved_by: [], approvals_missing: 2 });
  await expect(approve('ada', '0'.repeat(63))).rejects.toThrow(/64 characters that "payouts preview" shows/);
  const ids = [payoutOf('cr_cai')];
  const request = { period: JANUARY, decision: 'cancel', ids, sentence: 'Not in euros.', by: 'Ada' } as const;
  await decidePayouts(harness.services, request);
  const held = { ...request, decision: 'hold', ids: ['cr_ada'], sentence: 'Until she has called.' } as const;
  await decidePayouts(harness.services, held);
  await expect(approve('ada', before.approval_hash)).rejects.toThrow(
    `they are no longer what ${before.approval_hash} stands for; look at them again.`,
  );
  const now = await preview();
  expect(now.totals).toEqual([{ currency: 'USD', payout_count: 2, amount_minor: 159_98n }]);
  await approve('ada', now.approval_hash);
  expect(await preview()).toMatchObject({ approved_by: ['ada'], approvals_missing: 1, state: 'planned' });
  expect(await approve('ben', now.approval_hash)).toMatchObject({
    totals: [{ currency: 'USD', payouts: 2, amount: '159.98' }],
  });
  expect(await preview()).toMatchObject({
    ...{ approved_by: ['ada', 'ben'], approvals_missing: 0, state: 'approved', approval_hash: now.approval_hash },
  });
  const status = await statusOf(harness.services, 'batch_2026-01');
  expect(status.find(({ creator_id }) => creator_id === 'cr_ada')).toMatchObject({
    ...{ state: 'held', reason: 'by_finance', last_reason: 'Until she has called.', decided_by: 'Ada' },
  });
});
