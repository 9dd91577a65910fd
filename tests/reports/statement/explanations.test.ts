import { describe, expect, test } from 'vitest';
import { explainPayout, formulaOf, percentOf } from '../../../reports/statement/explanations.ts';
import type { balances } from '../../../transforms/marts/balances.ts';
import type { statementLines } from '../../../transforms/marts/statement_lines.ts';
import { InvariantBroken } from '../../../warehouse/errors.ts';
import { FIELDS } from '../../../warehouse/vocabulary/fields.ts';
import type { Row } from '../../../warehouse/vocabulary/tables.ts';

const BALANCE: Row<typeof balances> = {
  period: '2026-01',
  creator_id: 'cr_ada',
  currency: 'USD',
  opening_minor: 0n,
  earnings_minor: 12_345n,
  refunds_minor: 0n,
  adjustments_minor: 0n,
  payouts_minor: 0n,
  closing_minor: 12_345n,
  held_minor: 0n,
  paid_ahead_minor: 0n,
  minimum_minor: 1000n,
  payable_minor: 12_345n,
  payout_reason: 'payable',
  account_id_stripe: 'acct_ada',
  carried_in_exact: '0',
  carried_out_exact: '0',
};
const LINE: Row<typeof statementLines> = {
  line_id: 'line_1',
  period: '2026-01',
  creator_id: 'cr_ada',
  currency: 'USD',
  line_kind: 'earning',
  asset_id: 'asset_1',
  license_type: 'one_time',
  earned_period: '2026-01',
  terms_id: 'terms_1',
  rate: '12.5',
  fee_bps: 2000n,
  share_bps: 3333n,
  revenue_event_count: 1n,
  units: '1',
  gross_amount: '12.5',
  platform_fee_amount: '2.5',
  line_amount_exact: '10',
  line_amount_minor: 1000n,
};

test.each([
  [2000n, '20 %'],
  [3333n, '33.33 %'],
  [2050n, '20.5 %'],
  [1n, '0.01 %'],
  [10n, '0.1 %'],
  [0n, '0 %'],
  [10_000n, '100 %'],
])('%s basis points are %s', (bps, text) => expect(percentOf(bps)).toBe(text));

describe('what happens to a balance', () => {
  test('has its own words for every reason', () => {
    const words = FIELDS.payout_reason.values?.map((payout_reason) => explainPayout({ ...BALANCE, payout_reason }));
    expect(words?.length).toBeGreaterThan(5);
    for (const sentence of words ?? []) expect(sentence).toMatch(/^[A-Z0-9].+\.$/);
    expect(new Set(words).size).toBe(words?.length);
    expect(() => explainPayout({ ...BALANCE, payout_reason: 'because' })).toThrow(InvariantBroken);
  });

  test('says what was sent already', () => {
    expect(explainPayout({ ...BALANCE, payable_minor: 10_000n, paid_ahead_minor: 2_345n })).toBe(
      'USD 100.00 will be sent to your Stripe account acct_ada. USD 23.45 of the balance were sent before this statement.',
    );
  });

  test('names its figures in the currency', () => {
    expect(explainPayout(BALANCE)).toBe('USD 123.45 will be sent to your Stripe account acct_ada.');
    expect(explainPayout({ ...BALANCE, payable_minor: 12_000n, held_minor: 345n })).toBe(
      'USD 120.00 will be sent to your Stripe account acct_ada.',
    );
    expect(explainPayout({ ...BALANCE, currency: 'JPY', payout_reason: 'below_minimum', minimum_minor: 1500n })).toBe(
      'Your balance is below the minimum of JPY 1,500 for a payout; it is carried forward.',
    );
  });
});

describe('how a line came about', () => {
  test.each<[string, Partial<Row<typeof statementLines>>, string]>([
    [
      'a licence',
      {},
      '1 licence: your 33.33 % part of what buyers paid is USD 12.50, less 20 % platform fee of USD 2.50 gives USD 10.00.',
    ],
    ['licences', { revenue_event_count: 2n }, '2 licences: your 33.33 % part of what buyers paid'],
    ['subscriptions', { license_type: 'subscription', revenue_event_count: 3n }, '3 subscription payments: your'],
    [
      'uses',
      { license_type: 'metered', revenue_event_count: 1n, units: '0.5' },
      '1 use of 0.5 units at USD 12.50 each: your',
    ],
    ['all of it', { share_bps: 10_000n }, '1 licence: your part of what buyers paid'],
    [
      'a refund',
      { line_kind: 'refund', gross_amount: '-12.5', platform_fee_amount: '-2.5', line_amount_exact: '-10' },
      'got back is USD 12.50, less 20 % platform fee of USD 2.50, so that USD 10.00 is taken back.',
    ],
    ['an amount below a cent', { line_amount_exact: '0.000000001' }, 'gives USD 0.000000001.'],
    [
      'an amount without cents',
      { currency: 'JPY' },
      'paid is JPY 12.5, less 20 % platform fee of JPY 2.5 gives JPY 10.',
    ],
    [
      'lost disputes',
      { line_kind: 'adjustment', revenue_event_count: 2n },
      '2 lost disputes: your 33.33 % part of what buyers got back',
    ],
  ])('of %s', (_, change, sentence) => expect(formulaOf({ ...LINE, ...change })).toContain(sentence));

  test('has words for every kind of line and licence', () => {
    for (const line_kind of FIELDS.line_kind.values ?? []) {
      for (const license_type of FIELDS.license_type.values ?? []) formulaOf({ ...LINE, line_kind, license_type });
    }
    expect(() => formulaOf({ ...LINE, license_type: 'gift' })).toThrow(InvariantBroken);
  });
});
