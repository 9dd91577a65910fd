import { expect, test } from 'vitest';
import { parseAccountingFile, readAccountingFile } from '../../../reports/journal/accounting-file.ts';
import { messageOf } from '../../../warehouse/errors.ts';
import { EXAMPLE } from './example.ts';

const parse = (text: string) => parseAccountingFile(Buffer.from(text), 'accounting.json');

function faultsOf(text: string): string[] {
  try {
    parse(text);
    return [];
  } catch (error) {
    return messageOf(error).split('\n  ');
  }
}

test('all faults of the accounting file are listed at once', () => {
  const faulty = EXAMPLE.replace('"lock": false,', '"lock": "no",')
    .replace('"29098"', '29098')
    .replace('"buyers_receivable": { "account": "1410"', '"buyers": { "account": "1410"')
    .replace('"disputes": { "account": "093", "tax_rate": "No Tax" }', '"disputes": { "account": "093" }')
    .replace('"MM/DD/YYYY"', '"MM.DD.YYYY"')
    .replace('"Sales tax to pay"', '"Sales\\ttax"');
  expect(faultsOf(faulty)).toEqual([
    'The accounting file accounting.json cannot be used; correct it:',
    'datev.adviser_number must be string',
    'datev.lock must be boolean',
    'datev.accounts must NOT have additional properties: buyers',
    'quickbooks.date_form must be equal to one of the allowed values',
    'quickbooks.accounts.tax_payable.account must be one line of text, not blank and without control characters',
    "xero.accounts.disputes must have required property 'tax_rate'",
  ]);
});

test('an account of DATEV has at most one digit more than its length, and one posting key', () => {
  const other = EXAMPLE.replace('"base_currency": "EUR",\n    "lock"', '"base_currency": "JPY",\n    "lock"');
  const faulty = other
    .replace('"account": "4970"', '"account": "497000"')
    .replace(
      '"rounding_carried": { "account": "1610", "posting_key": null }',
      '"rounding_carried": { "account": "1610", "posting_key": "0040" }',
    );
  expect(faultsOf(faulty).slice(1)).toEqual([
    "datev.base_currency: JPY does not have two decimal places, as DATEV's amounts have",
    'datev.accounts.rounding_carried: 1610 has another posting_key elsewhere',
    'datev.accounts.processor_fees: 497000 has more than 5 digits, that is account_length and one more',
  ]);
});

test('a file that is missing or no JSON is named', async () => {
  expect(() => parse('{"datev":')).toThrow(/^The accounting file accounting\.json is not JSON in UTF-8/);
  await expect(readAccountingFile('/nowhere.json')).rejects.toThrow(
    /^The accounting file \/nowhere\.json cannot be read/,
  );
  await expect(readAccountingFile(undefined)).rejects.toThrow(/set TANTIEME_ACCOUNTING_FILE/);
});
