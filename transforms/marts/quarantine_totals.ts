import { defineModel } from '../engine/model.ts';

export const quarantineTotals = defineModel(import.meta.url, {
  name: 'quarantine_totals',
  kind: 'view',
  reads: ['tantieme.quarantined_events'],
  fields: ['source_id', 'still_quarantined_count', 'landed_since_count', 'first_received_at', 'last_received_at'],
  key: ['source_id'],
});
