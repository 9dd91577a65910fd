import { defineTable } from '../../warehouse/vocabulary/tables.ts';

/** The closings. A closed period is final: events recorded after its cutoff are booked in a later period. */
export const closes = defineTable({
  name: 'ledger.closes',
  meaning: 'One row per closed period.',
  fields: ['period', 'next_period', 'cutoff_at', 'closed_by', 'posting_count', 'seal', 'previous_seal?'],
  key: ['period'],
});
