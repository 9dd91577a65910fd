import { expect, test } from 'vitest';
import { formatValue } from '../../../api/commands/format.ts';
import { type Batch, shownStatus } from '../../../api/commands/payout-status.ts';
import type { PayoutStatus } from '../../../jobs/payouts/status.ts';

const PAYOUT: PayoutStatus = {
  ...{ payout_id: 'po_0509dd0ded3858bbfb44473a', creator_id: 'cr_7df36ff7370789482ca40237', currency: 'USD' },
  ...{ amount_minor: 80_00n, account_id_stripe: 'acct_1', reason: 'payable', reason_meaning: null, state: 'sent' },
  ...{ payout_rail: 'stripe', file_id: null },
  ...{ transfer_id_stripe: 'tr_1', last_reason: null, decided_by: null, decided_at: null },
  ...{ instant_payout_state: null, instant_payout_reason: null },
};
const meaning = 'The balance is below the minimum payout; it is carried forward.';
const skipped = { ...PAYOUT, state: 'skipped', reason: 'below_minimum', reason_meaning: meaning } as const;
const why = 'The country of the account acct_1 is FR; it was DE at the approval.';
const BATCH: Batch = {
  ...{ batch_id: 'batch_2026-01.2', period: '2026-01', state: 'approved' },
  payouts: [
    PAYOUT,
    { ...PAYOUT, amount_minor: 20_00n },
    { ...PAYOUT, currency: 'EUR', state: 'held', reason: 'payout_account_changed', last_reason: why },
    skipped,
    skipped,
  ],
};

test('the status of a batch is sums by state and reason, and what needs a look, in 80 columns', () => {
  const earlier = [{ ...BATCH, batch_id: 'batch_2026-01', payouts: [PAYOUT, { ...PAYOUT, state: 'failed' as const }] }];
  const text = formatValue(shownStatus(BATCH, { earlier, all: false }), { width: 80 });
  expect(text.slice(text.indexOf('payouts:'))).toBe(
    [
      'payouts:',
      'state  payouts  amount',
      'held         1  80.00 EUR',
      'sent         2  100.00 USD',
      '',
      'not sent:',
      'creator id                   amount     state  why',
      'cr_7df36ff7370789482ca40237  80.00 EUR  held   The country of the account acct_1',
      '                                               is FR; it was DE at the approval.',
      '',
      'not paid:',
      'reason         balances  meaning',
      'below_minimum         2  The balance is below the minimum payout; it is carried',
      '                         forward.',
      '',
      'earlier batches:',
      'batch id       state     payouts',
      'batch_2026-01  approved  1 sent, 1 failed',
      '',
    ].join('\n'),
  );
});

test('who has decided it is said of what a person decided, and of nothing else', () => {
  const held = { ...PAYOUT, state: 'held', decided_by: 'Ben', last_reason: 'She asked us to wait.' } as const;
  const payouts = [
    { ...held, reason: 'by_finance' },
    { ...held, reason: 'break_open', last_reason: 'A break is open.' },
  ];
  const text = formatValue(shownStatus({ ...BATCH, payouts }, { earlier: [], all: false }), { width: 120 });
  expect(text).toContain('held   She asked us to wait. (Ben)\n');
  expect(text).toContain('held   A break is open.\n');
});

const INSTANT: readonly PayoutStatus[] = [
  { ...PAYOUT, instant_payout_state: 'made' },
  { ...PAYOUT, instant_payout_state: 'declined', instant_payout_reason: 'Stripe offers none in USD now.' },
];

test('instant payouts are counted, with the reason of those that were left to the schedule', () => {
  const text = formatValue(shownStatus({ ...BATCH, payouts: INSTANT }, { earlier: [], all: false }), { width: 80 });
  expect(text).toContain(
    [
      'instant payouts:',
      'state                 payouts  why',
      'left to the schedule        1  Stripe offers none in USD now.',
      'made                        1',
      '',
    ].join('\n'),
  );
});

test('with --all every payout has a line', () => {
  const text = formatValue(shownStatus(BATCH, { earlier: [], all: true }), { width: 80 });
  expect(text).toMatch(/^po_0509dd0ded3858bbfb44473a {2}cr_7df36ff7370789482ca40237 {2}80\.00 EUR {2}held$/m);
  expect(Math.max(...text.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(80);
});
