import { defineModel } from '../engine/model.ts';

export const dailyMoney = defineModel(import.meta.url, {
  name: 'daily_money',
  kind: 'view',
  reads: ['tantieme.royalties'],
  fields: [
    'period',
    'journal_on',
    'currency',
    'license_type',
    'asset_id',
    'sold_amount',
    'refunds_amount',
    'buyers_net_amount',
    'platform_fee_amount',
    'royalty_amount',
  ],
  key: ['period', 'journal_on', 'currency', 'license_type', 'asset_id'],
});
