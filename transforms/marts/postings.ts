import { defineModel } from '../engine/model.ts';

export const postings = defineModel(import.meta.url, {
  name: 'postings',
  kind: 'period',
  books: true,
  reads: [
    'steps.int_movements',
    'steps.int_allocations',
    'tantieme.carried_fractions',
    'tantieme.payouts',
    'tantieme.payout_reversals',
    'tantieme.withholdings',
    'tantieme.suspended_facts',
    'steps.int_usage_by_developer',
    'steps.int_cash_movements',
    'steps.int_taxes',
    'steps.int_invoice_differences',
    'seeds.currencies',
  ],
  readsPrevious: ['tantieme.suspended_facts'],
  fields: [
    'journal_id',
    'period',
    'journal_kind',
    'journal_on',
    'source_reference',
    'account',
    'account_owner_id',
    'currency',
    'posting_amount',
  ],
  key: ['period', 'journal_id', 'account', 'account_owner_id', 'currency'],
});
