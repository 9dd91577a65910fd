import { expect, test } from 'vitest';
import type { QuickBooksSettings, XeroSettings } from '../../../reports/journal/accounting-file.ts';
import { renderQuickBooks } from '../../../reports/journal/quickbooks.ts';
import { renderXero } from '../../../reports/journal/xero.ts';
import { EXAMPLE_FILE } from './example.ts';
import { journalOf } from './journals.ts';

const XERO = EXAMPLE_FILE.xero as XeroSettings;
const QUICKBOOKS = EXAMPLE_FILE.quickbooks as QuickBooksSettings;

const SALE = 'EUR buyers_receivable 3, platform_revenue -1, creators_payable -2';
const salesOf = (count: number) => journalOf('2026-01', ...Array.from({ length: count }, () => SALE));

test('a file for Xero has at most 300 lines, and no entry is divided', () => {
  const sizes = (count: number) =>
    renderXero(salesOf(count), XERO).map(({ name, row_count }) => `${name} ${row_count}`);
  expect(sizes(100)).toEqual(['xero-2026-01.csv 300']);
  expect(sizes(101)).toEqual(['xero-2026-01-1.csv 300', 'xero-2026-01-2.csv 3']);
});

test('a file for QuickBooks has at most 1,000 rows, and the number of a journal at most 21 characters', () => {
  const files = renderQuickBooks(salesOf(10_001), QUICKBOOKS);
  expect(files.slice(0, 2).map(({ name, row_count }) => `${name} ${row_count}`)).toEqual([
    'quickbooks-2026-01-eur-1.csv 999',
    'quickbooks-2026-01-eur-2.csv 999',
  ]);
  const last = files.at(-1)?.bytes.toString().trimEnd().split('\r\n').at(-1)?.split(',')[0];
  expect([last, (last ?? '').length <= 21]).toEqual(['2026-01-10001', true]);
});

test('amounts have the decimal places of their currency; Xero refuses three', () => {
  const dinars = journalOf('2026-01', 'KWD buyers_receivable 1234, platform_revenue -1234');
  const [file] = renderQuickBooks(dinars, QUICKBOOKS);
  expect(file?.bytes.toString()).toContain(',1.234,,Sales: buyers_receivable,Marketplace buyers,KWD,');
  expect(() => renderXero(dinars, { ...XERO, base_currency: 'KWD' })).toThrow(
    'The journal of 2026-01 cannot be exported for xero: its amounts have two decimal places, fewer than those of KWD; choose csv.',
  );
});
