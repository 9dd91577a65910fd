import { defineModel } from '../engine/model.ts';

export const creatorMilestones = defineModel(import.meta.url, {
  name: 'creator_milestones',
  kind: 'view',
  reads: [
    'raw.creator_signed_up',
    'raw.creator_kyc_completed',
    'raw.asset_uploaded',
    'raw.asset_published',
    'tantieme.royalties',
  ],
  fields: [
    'creator_id',
    'cohort_period',
    'signed_up_on',
    'verified_on?',
    'uploaded_on?',
    'published_on?',
    'first_royalty_on?',
    'days_to_royalty_count?',
  ],
  key: ['creator_id'],
});
