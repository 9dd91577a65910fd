import { defineModel } from '../engine/model.ts';

export const statementLines = defineModel(import.meta.url, {
  name: 'statement_lines',
  kind: 'period',
  books: true,
  reads: ['steps.int_movements', 'steps.int_allocations', 'tantieme.carried_fractions'],
  fields: [
    'period',
    'creator_id',
    'currency',
    'line_kind',
    'asset_id',
    'license_type',
    'earned_period',
    'terms_id',
    'rate',
    'fee_bps',
    'share_bps',
    'revenue_event_count',
    'units',
    'gross_amount',
    'platform_fee_amount',
    'line_amount_exact',
    'line_amount_minor',
  ],
  key: ['period', 'creator_id', 'currency', 'line_kind', 'terms_id', 'earned_period', 'fee_bps'],
});
