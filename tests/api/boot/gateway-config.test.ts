import { expect, test } from 'vitest';
import { readGatewayConfig } from '../../../api/boot/gateway-config.ts';

test('A gateway alone needs its write keys only, and ignores what it does not use', () => {
  const sources = [{ source_id: 'marketplace', write_key: 'wk_1', enabled: true }];
  const keys = { RUDDERSTACK_WRITE_KEYS: 'marketplace=wk_1' };
  expect(readGatewayConfig({ ...keys, STRIPE_API_KEY: 'no key', WAREHOUSE_URL: 'nowhere' })).toEqual({
    dataFolder: '.data',
    sources,
    host: '127.0.0.1',
    port: 8080,
  });
  const set = { TANTIEME_DATA_DIR: '/srv/gateway-1', HOST: '0.0.0.0', PORT: '80' };
  expect(readGatewayConfig({ ...keys, ...set })).toEqual({
    dataFolder: '/srv/gateway-1',
    sources,
    host: '0.0.0.0',
    port: 80,
  });
});

test('A gateway alone reports all problems at once, and refuses the keys of .env.example', () => {
  expect(() => readGatewayConfig({ PORT: 'x' })).toThrow(
    [
      'The configuration cannot be used.',
      '  RUDDERSTACK_WRITE_KEYS is missing: set the sources that may send events as name=key, separated by commas.',
      '  PORT is malformed: "x" is not a whole number from 0 to 65535.',
    ].join('\n'),
  );
  expect(() => readGatewayConfig({ RUDDERSTACK_WRITE_KEYS: 'shop=change-me-1' })).toThrow('the key of shop is public');
});
