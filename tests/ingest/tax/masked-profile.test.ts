import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TAX_FORMS } from '../../../ingest/tax/forms.ts';
import { divideProfile, joinProfile, maskOf } from '../../../ingest/tax/masked-profile.ts';
import { factsOf } from '../../../ingest/tax/tax-facts.ts';
import { PROFILES } from './profiles.ts';

describe.each(TAX_FORMS)('a masked %s', (form) => {
  const profile = PROFILES[form];
  const divided = divideProfile(profile);

  test('has a mask in the place of each number and birth date, and joined with them is what was given', () => {
    expect(divided.secrets.size).toBeGreaterThan(0);
    const shown = JSON.stringify([divided.masked, factsOf(profile)]);
    for (const secret of divided.secrets.values()) expect(shown).not.toContain(secret);
    expect(joinProfile(divided)).toEqual(profile);
  });

  test('has every number that identifies someone', () => {
    const numbers = JSON.stringify(divided.masked).match(/\d[\d-]{7,}/g) ?? [];
    const signed = profile.signature?.signed_at.slice(0, 10);
    expect(numbers.filter((number) => number !== signed)).toEqual([]);
  });
});

test.each([
  ['536-90-4399', 'ssn', 'XXX-XX-4399'],
  ['912701234', 'itin', 'XXX-XX-1234'],
  ['91-1144442', 'ein', 'XX-XXX4442'],
  ['DE89370400440532013000', 'iban', 'XXXXXXXXXXXXXXXXXX3000'],
  ['1234567', 'other', 'XXXXXXX'],
  ['7', 'other', 'XXXX'],
])('%s as %s is shown as %s', (value, type, mask) => {
  expect(maskOf(value, { isDate: false, type })).toBe(mask);
});

test('a mask never has more of a number than its last four characters', () => {
  const types = fc.constantFrom('ssn', 'itin', 'ein', 'iban', 'undefined');
  fc.assert(
    fc.property(fc.stringMatching(/^[0-9-]{1,30}$/), types, (value, type) => {
      const shown = maskOf(value, { isDate: false, type }).replace(/\D/g, '');
      const digits = value.replace(/\D/g, '');
      expect(shown.length).toBeLessThanOrEqual(Math.min(4, digits.length / 2));
      expect(digits.endsWith(shown)).toBe(true);
    }),
  );
  expect(maskOf('1980-05-17', { isDate: true, type: 'undefined' })).toBe('XXXX-XX-XX');
});
