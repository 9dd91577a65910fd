import { defineModel } from '../model.ts';

export const balances = defineModel(import.meta.url, {
  name: 'balances',
  kind: 'period',
  books: true,
  reads: [
    'tantieme.statement_lines',
    'tantieme.payouts',
    'tantieme.royalties',
    'tantieme.int_disputes',
    'tantieme.int_carries',
    'tantieme.stg_rudder__creator_kyc',
    'tantieme.stg_rudder__payout_accounts',
    'seeds.periods',
    'seeds.currencies',
    'seeds.payout_minimums',
  ],
  fields: [
    'period',
    'creator_id',
    'currency',
    'opening_minor',
    'earnings_minor',
    'refunds_minor',
    'adjustments_minor',
    'payouts_minor',
    'closing_minor',
    'held_minor',
    'minimum_minor',
    'payable_minor',
    'payout_reason',
    'account_id_stripe?',
    'carried_in_exact',
    'carried_out_exact',
  ],
  key: ['period', 'creator_id', 'currency'],
  checks: [
    {
      holds: 'Opening, earnings, refunds, adjustments and payouts give the closing balance.',
      failures: `select period, creator_id, currency from tantieme.balances where opening_minor + earnings_minor - refunds_minor + adjustments_minor - payouts_minor <> closing_minor`,
    },
  ],
});
