import { defineModel } from '../engine/model.ts';

export const dailyActivity = defineModel(import.meta.url, {
  name: 'daily_activity',
  kind: 'view',
  reads: [
    'raw.creator_signed_up',
    'raw.creator_kyc_completed',
    'raw.asset_uploaded',
    'raw.asset_published',
    'raw.developer_signed_up',
    'raw.api_key_created',
    'raw.sample_requested',
    'tantieme.stg_rudder__sales',
  ],
  fields: ['period', 'activity_on', 'activity_kind', 'activity_count'],
  key: ['activity_on', 'activity_kind'],
});
