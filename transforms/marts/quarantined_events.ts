import { defineModel } from '../engine/model.ts';

export const quarantinedEvents = defineModel(import.meta.url, {
  name: 'quarantined_events',
  kind: 'view',
  reads: ['landing.quarantined_events', 'landing.messages'],
  fields: [
    'source_id',
    'event?',
    'violation',
    'violation_path',
    'reason',
    'still_quarantined_count',
    'landed_since_count',
    'first_received_at',
    'last_received_at',
  ],
  key: ['source_id', 'event', 'violation', 'violation_path', 'reason'],
});
