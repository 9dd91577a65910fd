import { defineTable } from '../../warehouse/vocabulary/tables.ts';

/** The closings: what is in here is final, and everything that was learned later is booked later. */
export const closes = defineTable({
  name: 'ledger.closes',
  meaning: 'One row per closed period.',
  fields: ['period', 'next_period', 'cutoff_at', 'closed_by', 'posting_count', 'seal', 'previous_seal?'],
  key: ['period'],
});
