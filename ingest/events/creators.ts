import { defineEvent } from './event.ts';

export const creatorSignedUp = defineEvent({
  name: 'Creator Signed Up',
  version: 1,
  meaning: 'A creator opened an account and can earn royalties.',
  subject: 'creator_id',
  properties: ['creator_id', 'creator_name', 'country'],
});

export const creatorKycCompleted = defineEvent({
  name: 'Creator KYC Completed',
  version: 1,
  meaning: "A creator's identity check was completed; only a verified creator is paid.",
  subject: 'creator_id',
  properties: ['creator_id', 'kyc_status'],
});

export const creatorPayoutAccountUpdated = defineEvent({
  name: 'Creator Payout Account Updated',
  version: 1,
  meaning: "A creator's connected account at Stripe, or bank account, was opened or changed its status.",
  subject: 'creator_id',
  properties: ['creator_id', 'account_id_stripe', 'account_status'],
});
