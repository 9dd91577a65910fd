import { expect, test } from 'vitest';
import { shownPreview } from '../../../api/commands/payout-preview.ts';
import type { PayoutPreview, PreviewedPayout } from '../../../jobs/payouts/preview.ts';

const ADA: PreviewedPayout = {
  ...{ payout_id: 'po_1', creator_id: 'cr_ada', currency: 'USD', amount_minor: 80_00n, payout_rail: 'stripe' },
  ...{ account_id_stripe: 'acct_ada', account_masked: null, account_country: 'DE', account_currency: 'EUR' },
  ...{ is_first_payout: false, last_period: '2025-12', last_amount_minor: 64_00n, amount_ratio_bps: 12_500n },
  ...{ last_account_id_stripe: 'acct_old', creator_name: 'ada' },
};
const CAI: PreviewedPayout = {
  ...{ ...ADA, payout_id: 'po_2', creator_id: 'cr_cai', account_id_stripe: 'acct_cai', amount_minor: 5_00n },
  ...{ is_first_payout: true, last_period: null, last_amount_minor: null, amount_ratio_bps: null },
  last_account_id_stripe: null,
};
const PREVIEW: PayoutPreview = {
  ...{ batch_id: 'batch_2026-01', period: '2026-01', sequence: 1, state: 'planned', planned_by: 'Ada' },
  ...{ planned_at: '2026-02-02T04:00:00.000Z', approval_hash: 'a1', approved_by: [], approvals_missing: 1 },
  ...{ totals: [], largest: ['po_1'], first_time_payees: ['cr_cai'], payouts: [ADA, CAI], above_limits: [] },
  ...{ not_paid: [], changed_accounts: [], last_paid: null, compared_at: null, comparison: 'Never.' },
  ...{ comparison_overrides: [], open_breaks: { count: 0, first: [] }, exceptions: { count: 0, first: [] } },
  ...{ quarantined_money: [], holds: [] },
};

test('all payouts are shown with where they go and what has changed since the last ones', () => {
  const changes = [
    { creator_id: 'cr_ada', amount: '80.00 USD', last: '64.00 USD', of_the_last: '125 %', account_in: 'DE EUR' },
    { creator_id: 'cr_cai', amount: '5.00 USD', last: 'first payout', of_the_last: null, account_in: 'DE EUR' },
  ];
  expect(shownPreview(PREVIEW, { all: true })).toMatchObject({
    payouts: [
      { creator_id: 'cr_ada', amount: '80.00 USD', account: 'acct_ada' },
      { creator_id: 'cr_cai', amount: '5.00 USD', account: 'acct_cai' },
    ],
    since_the_last_payouts: changes,
    paid_elsewhere_before: [{ creator_id: 'cr_ada', account_before: 'acct_old' }],
  });
  expect(shownPreview(PREVIEW)).toMatchObject({ largest: changes.slice(0, 1), first_time_payees: 1 });
});
