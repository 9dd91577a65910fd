import { expect, test } from 'vitest';
import { readConfig } from '../../../api/boot/config.ts';

const KEYS = 'marketplace=wk_1,tantieme=wk_2';

test('accepts the address of the pages, and the proxies whose word about clients is believed', () => {
  const config = (settings: Record<string, string>) => readConfig({ RUDDERSTACK_WRITE_KEYS: KEYS, ...settings });
  const set = { TANTIEME_URL: 'https://royalties.example.com/', TANTIEME_TRUST_PROXY: 'loopback, 10.0.0.0/8,::1' };
  expect(config(set)).toMatchObject({
    publicUrl: 'https://royalties.example.com',
    trustedProxies: ['loopback', '10.0.0.0/8', '::1'],
  });
  for (const wrong of ['true', '10.0.0.0/33', '10.0.0/8', '1']) {
    expect(() => config({ TANTIEME_TRUST_PROXY: wrong })).toThrow(
      `TANTIEME_TRUST_PROXY is malformed: ${JSON.stringify(wrong)} is neither an address, nor a network`,
    );
  }
  expect(() => config({ TANTIEME_URL: 'https://example.com/royalties' })).toThrow('has a path');
  expect(() => config({ TANTIEME_AUTH_SECRET: 'short' })).toThrow('it must have at least 32 characters');
  expect(() => config({ TANTIEME_MAIL_URL: 'http://user:hidden@host' })).toThrow(/^(?!.*hidden).*it is no address of/s);
});

test('accepts a provider of single sign-on, whole or not at all', () => {
  const config = (settings: Record<string, string>) => readConfig({ RUDDERSTACK_WRITE_KEYS: KEYS, ...settings });
  const set = {
    TANTIEME_OIDC_ISSUER: 'https://login.example.com/realms/acme',
    TANTIEME_OIDC_CLIENT_ID: 'tantieme',
    TANTIEME_OIDC_CLIENT_SECRET: 'hidden',
  };
  const common = { issuer: set.TANTIEME_OIDC_ISSUER, clientId: 'tantieme', clientSecret: 'hidden' };
  expect(config(set).sso).toEqual({ ...common, isOnly: false, secondFactor: { amr: [], acr: [] } });
  const more = { TANTIEME_OIDC_SECOND_FACTOR: 'amr=mfa, amr=hwk, acr=phr', TANTIEME_OIDC_ONLY: 'yes' };
  expect(config({ ...set, ...more }).sso).toEqual({
    ...common,
    ...{ isOnly: true, secondFactor: { amr: ['mfa', 'hwk'], acr: ['phr'] } },
  });
  expect(config({}).sso).toBeUndefined();
  const faults = { TANTIEME_OIDC_ISSUER: 'http://login.example.com', TANTIEME_OIDC_SECOND_FACTOR: 'mfa' };
  expect(() => config(faults)).toThrow(
    /ISSUER is malformed: .* not encrypted.*\n.*CLIENT_ID is missing.*\n.*CLIENT_SECRET is missing.*\n.*SECOND_FACTOR is malformed/,
  );
  expect(() => config({ TANTIEME_OIDC_ONLY: 'yes' })).toThrow('TANTIEME_OIDC_ISSUER is missing');
});
