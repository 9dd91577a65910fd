import { defineModel } from '../engine/model.ts';

export const stgRudderUses = defineModel(import.meta.url, {
  name: 'stg_rudder__uses',
  kind: 'view',
  reads: ['raw.asset_used'],
  fields: ['use_id', 'asset_id', 'developer_id', 'units?', 'occurred_at', 'recorded_at'],
  key: ['use_id'],
});
