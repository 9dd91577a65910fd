import { defineEvent } from './event.ts';

export const assetUsed = defineEvent({
  name: 'Asset Used',
  version: 1,
  meaning: 'A developer used units of an asset under its metered terms, at the rate in force at that time.',
  subject: 'developer_id',
  properties: ['use_id', 'asset_id', 'developer_id', 'units', 'usage_right'],
});

export const usageInvoiced = defineEvent({
  name: 'Usage Invoiced',
  version: 1,
  meaning: "A developer's metered use of a period was invoiced and charged, rounded to minor units.",
  subject: 'developer_id',
  properties: ['invoice_id', 'developer_id', 'usage_period', 'amount', 'tax_amount', 'currency', 'charge_id_stripe?'],
});
