import { defineModel } from '../engine/model.ts';

export const stgRudderPayoutAccountIntervals = defineModel(import.meta.url, {
  name: 'stg_rudder__payout_account_intervals',
  kind: 'view',
  reads: ['raw.creator_payout_account_updated'],
  fields: [
    'creator_id',
    'account_id_stripe',
    'had_from_at',
    'had_until_at',
    'attributed_from_at',
    'attributed_until_at',
  ],
  key: ['creator_id', 'had_from_at'],
});
