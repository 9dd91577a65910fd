import { describe, expect, test } from 'vitest';
import { Rejected } from '../../warehouse/errors.ts';
import { integerBetween, requireHttpAddress, SettingsReader, storeAddress } from '../../warehouse/settings.ts';

const port = integerBetween(0, 65_535);

describe('settings', () => {
  test('are read, or fall back, or are absent', () => {
    const settings = new SettingsReader({ PORT: ' 8080 ', HOST: '  ' });
    expect(settings.read('PORT', port)).toBe(8080);
    expect(settings.read('HOST', String, '127.0.0.1')).toBe('127.0.0.1');
    expect(settings.read('STRIPE_API_KEY', String)).toBeUndefined();
    expect(() => settings.finish()).not.toThrow();
  });

  test('with problems are all reported at once', () => {
    const settings = new SettingsReader({ PORT: '80800', WAREHOUSE_URL: 'mysql:x' });
    expect(settings.read('PORT', port)).toBeUndefined();
    settings.read('WAREHOUSE_URL', storeAddress('duckdb', 'bigquery'));
    settings.require('RUDDERSTACK_WRITE_KEYS', String, 'the gateway accepts events only from declared sources.');
    expect(() => settings.finish()).toThrow(
      new Rejected(
        [
          'The configuration cannot be used.',
          '  PORT is malformed: "80800" is not a whole number from 0 to 65535.',
          '  WAREHOUSE_URL is malformed: "mysql:x" does not begin with duckdb: or bigquery:.',
          '  RUDDERSTACK_WRITE_KEYS is missing: the gateway accepts events only from declared sources.',
        ].join('\n'),
      ),
    );
  });

  test('that are required and malformed are reported once', () => {
    const settings = new SettingsReader({ PORT: 'x' });
    settings.require('PORT', port, 'it is needed.');
    expect(() => settings.finish()).toThrow(/^The configuration cannot be used\.\n {2}PORT is malformed: [^\n]+$/);
  });
});

test.each(['1.5', '-1', '1e3', '0x10', '65536', '', '99999999999'])('%j is not a port', (text) => {
  expect(() => port(text)).toThrow(Rejected);
});

test('an HTTP address loses its trailing slash', () => {
  expect(requireHttpAddress('http://127.0.0.1:8080/')).toBe('http://127.0.0.1:8080');
  expect(requireHttpAddress('https://example.test/base//')).toBe('https://example.test/base');
  for (const text of ['127.0.0.1:8080', 'ftp://example.test', 'file:///etc', 'http://']) {
    expect(() => requireHttpAddress(text)).toThrow(Rejected);
  }
});

test('the address of a store has a kind and a rest', () => {
  const address = storeAddress('file', 's3');
  expect(address('file:/var/data')).toEqual({ kind: 'file', rest: '/var/data' });
  expect(address('s3://bucket/folder')).toEqual({ kind: 's3', rest: '//bucket/folder' });
  for (const text of ['file:', 'S3:x', 'ftp:x', 'x', '']) expect(() => address(text)).toThrow(Rejected);
});
