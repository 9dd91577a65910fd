import { describe, expect, test } from 'vitest';
import { STOP_REASONS } from '../../../jobs/payouts/stop-reasons.ts';
import * as explain from '../../../reports/statement/explanations.ts';
import { percentOf } from '../../../reports/statement/explanations.ts';
import { languageOf } from '../../../reports/statement/language.ts';
import type { balances } from '../../../transforms/marts/balances.ts';
import type { statementLines } from '../../../transforms/marts/statement_lines.ts';
import { InvariantBroken } from '../../../warehouse/errors.ts';
import { bankAccountIdOf } from '../../../warehouse/ids.ts';
import { FIELDS } from '../../../warehouse/vocabulary/fields.ts';
import type { Row } from '../../../warehouse/vocabulary/tables.ts';

const EN = languageOf('en');
const DE = languageOf('de');
const REASONS: Readonly<Record<string, string>> = EN.say.reasons;
const explainPayout = (balance: Row<typeof balances>) => explain.explainPayout(balance, EN);
const formulaOf = (line: Row<typeof statementLines>) => explain.formulaOf(line, EN);

const BALANCE: Row<typeof balances> = {
  period: '2026-01',
  creator_id: 'cr_ada',
  currency: 'USD',
  opening_minor: 0n,
  earnings_minor: 12_345n,
  refunds_minor: 0n,
  adjustments_minor: 0n,
  withheld_minor: 0n,
  payouts_minor: 0n,
  payout_reversals_minor: 0n,
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
  correction_id: null,
  corrected_kind: null,
  corrected_id: null,
  correction_reason: null,
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

describe('the explanation of a payout decision', () => {
  test('has a sentence of its own for every reason', () => {
    const sentences = FIELDS.payout_reason.values?.map((payout_reason) => explainPayout({ ...BALANCE, payout_reason }));
    expect(sentences?.length).toBeGreaterThan(5);
    for (const sentence of sentences ?? []) expect(sentence).toMatch(/^[A-Z0-9].+\.$/);
    expect(new Set(sentences).size).toBe(sentences?.length);
    expect(() => explainPayout({ ...BALANCE, payout_reason: 'because' })).toThrow(InvariantBroken);
  });

  test('states an amount that was already sent', () => {
    expect(explainPayout({ ...BALANCE, payable_minor: 10_000n, paid_ahead_minor: 2_345n })).toBe(
      'USD 100.00 will be sent to your Stripe account acct_ada. USD 23.45 of the balance was already sent before this statement.',
    );
  });

  test('shows amounts in the currency of the balance', () => {
    expect(explainPayout(BALANCE)).toBe('USD 123.45 will be sent to your Stripe account acct_ada.');
    const account_id_stripe = bankAccountIdOf('cr_ada', 1, '3000');
    expect(explainPayout({ ...BALANCE, account_id_stripe })).toBe(
      'USD 123.45 will be sent to your bank account ending in 3000.',
    );
    expect(explainPayout({ ...BALANCE, payable_minor: 12_000n, held_minor: 345n })).toBe(
      'USD 120.00 will be sent to your Stripe account acct_ada.',
    );
    expect(explainPayout({ ...BALANCE, currency: 'JPY', payout_reason: 'below_minimum', minimum_minor: 1500n })).toBe(
      'The amount available for payout is below the minimum of JPY 1,500. Your balance is carried forward.',
    );
    expect(
      explainPayout({ ...BALANCE, currency: 'COP', payout_reason: 'below_stripe_minimum', minimum_minor: 14_000_000n }),
    ).toBe(
      'The amount available for payout is below COP 140,000.00, the smallest payout that Stripe makes to a bank in your country. Your balance is carried forward.',
    );
  });
});

describe('the calculation of a line', () => {
  test.each<[string, Partial<Row<typeof statementLines>>, string]>([
    [
      'a licence',
      {},
      'Your 33.33 % share of what buyers paid for 1 licence is USD 12.50; after the platform fee of 20 % (USD 2.50), you earn USD 10.00.',
    ],
    ['licences', { revenue_event_count: 2n }, 'Your 33.33 % share of what buyers paid for 2 licences is'],
    [
      'subscriptions',
      { license_type: 'subscription', revenue_event_count: 3n },
      'of what buyers paid in 3 subscription payments is',
    ],
    [
      'metered use',
      { license_type: 'metered', revenue_event_count: 1n, units: '0.5' },
      'for 1 use (0.5 units at USD 12.50 each) is',
    ],
    [
      'metered use of one unit',
      { license_type: 'metered', revenue_event_count: 2n, units: '1' },
      'for 2 uses (1 unit at USD 12.50) is',
    ],
    ['an asset with one holder', { share_bps: 10_000n }, 'Your share of what buyers paid for 1 licence is'],
    [
      'a refund',
      { line_kind: 'refund', gross_amount: '-12.5', platform_fee_amount: '-2.5', line_amount_exact: '-10' },
      'got back in 1 refund is USD 12.50; after the platform fee of 20 % (USD 2.50), USD 10.00 is deducted from your balance.',
    ],
    ['an amount below a cent', { line_amount_exact: '0.000000001' }, 'you earn USD 0.000000001.'],
    [
      'an amount in a currency without decimal places',
      { currency: 'JPY' },
      'is JPY 12.5; after the platform fee of 20 % (JPY 2.5), you earn JPY 10.',
    ],
    [
      'lost disputes',
      { line_kind: 'adjustment', revenue_event_count: 2n },
      'Your 33.33 % share of what buyers got back in 2 lost disputes',
    ],
  ])('of %s', (_, change, sentence) => expect(formulaOf({ ...LINE, ...change })).toContain(sentence));

  test('has a wording for every line kind and licence type', () => {
    for (const line_kind of FIELDS.line_kind.values ?? []) {
      for (const license_type of FIELDS.license_type.values ?? []) formulaOf({ ...LINE, line_kind, license_type });
    }
    expect(() => formulaOf({ ...LINE, license_type: 'gift' })).toThrow(InvariantBroken);
  });
});

test('every reason why a payout is held or cancelled is in words for the creator', () => {
  for (const reason of Object.keys(STOP_REASONS)) expect(REASONS[reason], reason).toMatch(/^[a-zS’]/);
});

test.each([
  ['The amount is outside the limits. (Amount must be no more than …)', 'not_transferred'],
  [null, 'not_transferred'],
  ['account_closed', 'account_closed'],
])('a payout that failed because of %j has a word of ours as its reason', (reason, word) => {
  const about = { creator_id: 'cr_ada', currency: 'USD', payout_id: 'po_1', payout_period: '2026-01' };
  const notice = {
    ...about,
    outcome: 'failed',
    amount: '2',
    reason,
    account_id_stripe: null,
    occurred_at: '2026-02-04',
  };
  expect(explain.noticedReason(notice, EN)).toBe(word);
  expect(explain.explainNotice(notice, EN)).toBe(
    `Payout of January 2026 failed: USD 2.00 was not sent and is still owed to you: ${REASONS[word]}.`,
  );
});

test('a reason about the account of a creator who is paid at a bank does not name Stripe', () => {
  const account = 'bank_0123456789abcdef01234567_3000';
  for (const language of [EN, DE])
    for (const reason of Object.keys(language.say.reasons))
      expect(explain.reasonInWords(reason, language, explain.isBankAccount(account))).not.toContain('Stripe');
  expect(explain.reasonInWords('payout_account_changed', EN, explain.isBankAccount(account))).toBe(
    'your bank account was changed a short time ago',
  );
  expect(explain.reasonInWords('payout_account_changed', EN, explain.isBankAccount('acct_1'))).toContain('Stripe');
});
