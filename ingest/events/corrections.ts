import { defineEvent } from './event.ts';

const CORRECTION = [
  'correction_id',
  'corrected_kind',
  'corrected_id',
  'units?',
  'adjustment_amount?',
  'currency?',
  'replaced_by_id?',
  'correction_reason',
  'reference',
  'proposed_by',
] as const;

export const correctionProposed = defineEvent({
  name: 'Correction Proposed',
  version: 1,
  meaning: 'A person has proposed to correct what was reported; nothing is booked yet.',
  subject: 'proposed_by',
  sentBy: 'internal',
  properties: CORRECTION,
});

export const correctionApproved = defineEvent({
  name: 'Correction Approved',
  version: 1,
  meaning: 'Another person has approved a correction, and it is booked.',
  subject: 'decided_by',
  sentBy: 'internal',
  properties: [...CORRECTION, 'decided_by'],
});

export const correctionRejected = defineEvent({
  name: 'Correction Rejected',
  version: 1,
  meaning: 'A proposed correction was rejected or withdrawn, and is not booked.',
  subject: 'decided_by',
  sentBy: 'internal',
  properties: ['correction_id', 'decided_by', 'reason'],
});
