import { expect, test } from 'vitest';
import { taxConfig } from '../../../api/boot/tax-config.ts';
import { parseRetention } from '../../../jobs/retention/retention-rules.ts';
import { SettingsReader } from '../../../warehouse/settings.ts';

test.each([
  ['statements=10, invoices=default', { statements: 10, invoices: 10 }],
  ['bank_files=8,tax_forms=3', { bank_files: 8, tax_forms: 3 }],
  ['statements=1!', { statements: 1 }],
])('the setting %s', (text, expected) => expect(parseRetention(text)).toEqual(expected));

test.each([
  ['statement=10', '"statement" is not one of statements, invoices, tax_forms, bank_files.'],
  ['statements=0', 'statements has "0", which is neither "default" nor 1 to 99 years.'],
  ['statements', 'statements has "", which is neither'],
  ['statements=7', /^statements has 7, which is shorter than .* write statements=7! if the law/],
  ['statements=8,statements=9', 'It names something twice.'],
])('the setting %s is refused', (text, sentence) => expect(() => parseRetention(text)).toThrow(sentence));

test('tax forms are not kept for longer than the keys of the copies of creators', () => {
  const problems = (taxRetentionYears: string, retention: string) => () => {
    const settings = new SettingsReader({
      ...{ TANTIEME_TAX_RETENTION_YEARS: taxRetentionYears, TANTIEME_DOCUMENT_RETENTION: retention },
    });
    taxConfig(settings);
    settings.finish();
  };
  expect(problems('7', 'tax_forms=default')).toThrow(
    /tax_forms are kept for 10 years, but after the 7 of TANTIEME_TAX_RETENTION_YEARS .* or tax_forms to 7 at most\.$/,
  );
  for (const [years, retention] of [
    ['10', 'tax_forms=default'],
    ['7', 'statements=10'],
    ['', 'tax_forms=10'],
  ] as const)
    expect(problems(years, retention)).not.toThrow();
});
