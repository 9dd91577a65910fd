import { defineModel } from '../engine/model.ts';

export const payoutStates = defineModel(import.meta.url, {
  name: 'payout_states',
  kind: 'view',
  reads: ['tantieme.payout_steps'],
  fields: [
    'payout_id',
    'batch_id?',
    'creator_id?',
    'payout_period?',
    'amount?',
    'reversed_amount',
    'currency?',
    'payout_status',
    'reason?',
    'changed_by?',
    'first_occurred_at',
    'occurred_at',
  ],
  key: ['payout_id'],
});
