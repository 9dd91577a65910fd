import { defineModel } from '../engine/model.ts';

export const dates = defineModel(import.meta.url, {
  name: 'dates',
  kind: 'view',
  reads: ['tantieme.months', 'seeds.ordinals'],
  fields: ['date_on', 'period', 'quarter', 'calendar_year'],
  key: ['date_on'],
});
