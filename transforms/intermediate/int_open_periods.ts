import { defineModel } from '../engine/model.ts';

export const intOpenPeriods = defineModel(import.meta.url, {
  name: 'int_open_periods',
  kind: 'view',
  reads: ['ledger.closes'],
  fields: ['period?', 'valid_from_at?', 'valid_until_at?'],
  key: ['period'],
});
