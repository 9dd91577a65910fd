import { defineEvent } from './event.ts';

export const assetUploaded = defineEvent({
  name: 'Asset Uploaded',
  version: 1,
  meaning: 'A creator uploaded a piece of content; it cannot be licensed yet.',
  subject: 'creator_id',
  properties: ['asset_id', 'creator_id', 'asset_title', 'media_type', 'asset_digest'],
});

export const assetTransferred = defineEvent({
  name: 'Asset Transferred',
  version: 1,
  meaning:
    'A creator gave an asset to another one, who from this instant alone sets its terms and consents, and may withdraw it. Terms in force stay.',
  subject: 'creator_id',
  properties: ['asset_id', 'creator_id', 'owner_id', 'reason?'],
});

export const assetPublished = defineEvent({
  name: 'Asset Published',
  version: 1,
  meaning:
    'The owner of an asset lets it be licensed from this instant with these terms: licence type, rate and holders. They end earlier terms of the same asset and licence type.',
  subject: 'creator_id',
  properties: ['asset_id', 'creator_id', 'terms_id', 'license_type', 'rate', 'currency', 'splits'],
});

export const assetWithdrawn = defineEvent({
  name: 'Asset Withdrawn',
  version: 1,
  meaning: 'The owner of an asset no longer offers it; purchased licences continue under their terms.',
  subject: 'creator_id',
  properties: ['asset_id', 'creator_id', 'reason?'],
});

export const consentGranted = defineEvent({
  name: 'Consent Granted',
  version: 1,
  meaning: 'A creator consented to the use of an asset for AI, with a consent receipt.',
  subject: 'creator_id',
  properties: ['consent_receipt_id', 'creator_id', 'asset_id', 'usage_right', 'consent_hash'],
});

export const consentRevoked = defineEvent({
  name: 'Consent Revoked',
  version: 1,
  meaning: 'A creator withdrew a consent.',
  subject: 'creator_id',
  properties: ['consent_receipt_id', 'creator_id', 'asset_id'],
});
