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
  meaning: 'A developer created an API key to use content.',
  subject: 'developer_id',
  properties: ['developer_id', 'api_key_id'],
});

export const sampleRequested = defineEvent({
  name: 'Sample Requested',
  version: 1,
  meaning: 'A developer requested a sample of an asset, free of charge.',
  subject: 'developer_id',
  sentBy: 'browser',
  properties: ['developer_id', 'asset_id'],
});
