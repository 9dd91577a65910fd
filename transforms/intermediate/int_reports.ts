import { defineModel } from '../engine/model.ts';

export const intReports = defineModel(import.meta.url, {
  name: 'int_reports',
  kind: 'inline',
  reads: [
    'raw.license_purchased',
    'raw.subscription_started',
    'raw.subscription_renewed',
    'raw.license_refunded',
    'raw.dispute_opened',
    'raw.dispute_closed',
    'raw.payout_sent',
  ],
  fields: [
    'fact_kind',
    'fact_id?',
    'message_id',
    'sale_id?',
    'license_type?',
    'asset_id?',
    'developer_id?',
    'creator_id?',
    'payout_period?',
    'amount?',
    'currency?',
    'dispute_outcome?',
    'account_id_stripe?',
    'transfer_id_stripe?',
    'occurred_at?',
    'recorded_at',
  ],
  key: ['fact_kind', 'fact_id', 'message_id', 'recorded_at'],
});
