import { expect, test } from 'vitest';
import type { DatevSettings } from '../../../reports/journal/accounting-file.ts';
import { chunksOf } from '../../../reports/journal/chunks.ts';
import { renderDatev } from '../../../reports/journal/datev.ts';
import { DATEV_COLUMNS } from '../../../reports/journal/datev-columns.ts';
import { encodeWindows1252 } from '../../../reports/journal/windows-1252.ts';
import { requirePresent } from '../../../warehouse/invariant.ts';
import { conformanceFile, hasConformance } from '../bank/outside-rules.ts';
import { EXAMPLE_FILE } from './example.ts';
import { journalOf } from './journals.ts';

const SETTINGS = requirePresent(EXAMPLE_FILE.datev, 'The example has DATEV.');

/** The fields of the header and of each row. */
function fieldsOf(month: string, entries: readonly string[], changed: Partial<DatevSettings> = {}) {
  const [file] = renderDatev(journalOf(month, ...entries), { ...SETTINGS, ...changed });
  const [header = '', , ...rows] = new TextDecoder('windows-1252').decode(file?.bytes).trimEnd().split('\r\n');
  return { header: header.split(';'), rows: rows.map((row) => row.split(';')) };
}

const SALE = 'EUR buyers_receivable 100, platform_revenue -100';

test.skipIf(!hasConformance)('the headings are those of DATEV', () => {
  expect([...DATEV_COLUMNS]).toEqual(
    String(conformanceFile('datev/buchungsstapel-13-columns.txt')).trimEnd().split('\n'),
  );
});

test('each row has 125 fields, and the header 31', () => {
  const { header, rows } = fieldsOf('2026-01', [SALE]);
  expect([header.length, rows.map((row) => row.length)]).toEqual([31, [125]]);
});

test.each([
  ['2026-06', 7, '20250701'],
  ['2026-07', 7, '20260701'],
  ['2026-01', 1, '20260101'],
  ['2025-12', 1, '20250101'],
])('a file of %s is of one fiscal year, which begins in month %i: %s', (month, first, begins) => {
  const { header } = fieldsOf(month, [SALE], { fiscal_year_first_month: first });
  expect([header[12], header[14]]).toEqual([begins, `${month.replace('-', '')}01`]);
});

test('debits and credits are paired, and lines on one external account are joined', () => {
  const entries = [
    'EUR buyers_receivable 700, stripe_balance 300, creators_payable -600, rounding_carried -100, platform_revenue -300',
    'EUR creators_payable 5, rounding_carried -5',
  ];
  const { rows } = fieldsOf('2026-01', entries);
  expect(rows.map(([amount, side, , , , , debit, credit]) => [amount, side, debit, credit].join(' '))).toEqual([
    '7,00 "S" 1410 1610',
    '3,00 "S" 1360 8400',
  ]);
});

test('an amount of more than ten digits before the comma is divided, and a rate that DATEV cannot take is left out', () => {
  const { rows } = fieldsOf('2026-01', ['JPY buyers_receivable 10000000001, platform_revenue -10000000001'], {
    rates: { JPY: { '2026-01': '0.5' } },
    base_currency: 'GBP',
  });
  expect(rows.map((row) => row.slice(0, 6).join(' '))).toEqual([
    '4999999999,99 "S" "JPY"  9999999999,98 "GBP"',
    '4999999999,99 "S" "JPY"  9999999999,98 "GBP"',
    '1,02 "S" "JPY"  2,04 "GBP"',
  ]);
});

test('a currency without a rate, and one with three decimal places, are refused', () => {
  const others = (currency: string) => [SALE, `${currency} buyers_receivable 1, platform_revenue -1`];
  expect(() => fieldsOf('2026-02', others('USD'))).toThrow(
    'The journal of 2026-02 cannot be exported for datev: the base currency is EUR, and datev.rates has no rate of 2026-02 for USD; add it, as units of the currency for one EUR, or choose csv.',
  );
  expect(() => fieldsOf('2026-01', others('KWD'))).toThrow(
    'The journal of 2026-01 cannot be exported for datev: its amounts have two decimal places, fewer than those of KWD; choose csv.',
  );
});

test('two posting keys in a row are refused', () => {
  const accounts = { ...SETTINGS.accounts, buyers_receivable: { account: '1410', posting_key: '0003' } };
  expect(() => fieldsOf('2026-01', [SALE], { accounts })).toThrow(
    /a row posts 1410 against 8400, which have different posting keys/,
  );
});

test('text is in Windows-1252, and a character that it lacks is refused', () => {
  expect(encodeWindows1252('Gebühr 5 €\r\n').toString('hex')).toBe('476562fc687220352080' + '0d0a');
  expect(() => encodeWindows1252('Ł')).toThrow('The character U+0141 is not in Windows-1252');
});

test('entries are put into files without dividing one', () => {
  expect(chunksOf([2, 1, 3, 5, 1], { limit: 3, sizeOf: (size) => size })).toEqual([[2, 1], [3], [5], [1]]);
});
