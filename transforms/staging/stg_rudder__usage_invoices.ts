import { defineModel } from '../engine/model.ts';

export const stgRudderUsageInvoices = defineModel(import.meta.url, {
  name: 'stg_rudder__usage_invoices',
  kind: 'view',
  reads: ['raw.usage_invoiced'],
  fields: [
    'invoice_id',
    'developer_id',
    'usage_period',
    'amount?',
    'tax_amount?',
    'currency',
    'charge_id_stripe?',
    'occurred_at',
    'recorded_at',
  ],
  key: ['invoice_id'],
});
