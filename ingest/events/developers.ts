import { defineEvent } from './event.ts';

export const developerSignedUp = defineEvent({
  name: 'Developer Signed Up',
  version: 1,
  meaning: 'An AI developer opened an account and can license content.',
  subject: 'developer_id',
  properties: ['developer_id', 'developer_name', 'country'],
});

export const apiKeyCreated = defineEvent({
  name: 'API Key Created',
  version: 1,
  meaning: 'A developer created a key to use content with.',
  subject: 'developer_id',
  properties: ['developer_id', 'api_key_id'],
});

export const sampleRequested = defineEvent({
  name: 'Sample Requested',
  version: 1,
  meaning: 'A developer looked at a sample of an asset; nothing is owed for it.',
  subject: 'developer_id',
  properties: ['developer_id', 'asset_id'],
});
