import { defineModel } from '../engine/model.ts';

export const stgRudderCreatorKyc = defineModel(import.meta.url, {
  name: 'stg_rudder__creator_kyc',
  kind: 'view',
  reads: ['raw.creator_kyc_completed'],
  fields: ['creator_id', 'kyc_status'],
  key: ['creator_id'],
});
