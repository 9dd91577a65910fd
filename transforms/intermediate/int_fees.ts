import { defineModel } from '../engine/model.ts';

export const intFees = defineModel(import.meta.url, {
  name: 'int_fees',
  kind: 'inline',
  reads: ['seeds.platform_fees'],
  fields: ['license_type', 'fee_bps?', 'valid_from_at', 'valid_until_at'],
  key: ['license_type', 'valid_from_at'],
});
