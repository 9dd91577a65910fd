import { defineModel } from '../engine/model.ts';

export const stgRudderSales = defineModel(import.meta.url, {
  name: 'stg_rudder__sales',
  kind: 'view',
  reads: ['raw.license_purchased', 'raw.subscription_started', 'raw.subscription_renewed'],
  fields: [
    'sale_id',
    'license_type',
    'asset_id',
    'developer_id',
    'amount?',
    'tax_amount?',
    'currency',
    'charge_id_stripe?',
    'occurred_at',
    'recorded_at',
  ],
  key: ['sale_id'],
});
