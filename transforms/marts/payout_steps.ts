import { defineModel } from '../engine/model.ts';

export const payoutSteps = defineModel(import.meta.url, {
  name: 'payout_steps',
  kind: 'view',
  reads: ['raw.payout_changed', 'raw.payout_sent', 'raw.payout_failed', 'raw.payout_reversed'],
  fields: [
    'message_id',
    'payout_id',
    'batch_id?',
    'creator_id?',
    'payout_period?',
    'amount?',
    'currency?',
    'payout_step',
    'reason?',
    'changed_by?',
    'occurred_at',
    'recorded_at',
  ],
  key: ['message_id', 'payout_step'],
});
