import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { assertTotals } from '../../../reports/journal/assert-totals.ts';
import { composeJournal } from '../../../reports/journal/compose.ts';
import type { Journal } from '../../../reports/journal/document.ts';
import { exactCsv } from '../../../reports/journal/exact-csv.ts';
import { summaryOf } from '../../../reports/journal/manifest.ts';
import { type JournalSource, readJournalSource } from '../../../reports/journal/read.ts';
import { journalArchive, renderJournal } from '../../../reports/journal/render.ts';
import { KIND_WORDS } from '../../../reports/journal/words.ts';
import { filesInArchive } from '../../../reports/render/zip.ts';
import { builtTableOf } from '../../../transforms/engine/model.ts';
import { postings } from '../../../transforms/marts/postings.ts';
import { requirePresent } from '../../../warehouse/invariant.ts';
import { parsePeriod } from '../../../warehouse/period.ts';
import { LEDGER_FIELDS } from '../../../warehouse/vocabulary/ledger.ts';
import type { Warehouse } from '../../../warehouse/warehouse.ts';
import { loadClosedMonths } from '../../support/closed-months.ts';
import { EXAMPLE_FILE } from './example.ts';

let warehouse: Warehouse;
let january: Journal;
let source: JournalSource;
let february: Journal;
beforeAll(async () => {
  warehouse = await loadClosedMonths('0.1.0');
  january = composeJournal(await readJournalSource(warehouse, parsePeriod('2026-01')));
  source = await readJournalSource(warehouse, parsePeriod('2026-02'));
  february = composeJournal(source);
});
afterAll(() => warehouse.close());

/** The text of one of the files, its records separated by line feeds. */
function fileOf(journal: Journal, format: 'datev' | 'quickbooks' | 'xero', name: string): string {
  const files = renderJournal(journal, { format, file: EXAMPLE_FILE });
  const found = files.find((each) => each.name === name);
  return requirePresent(found, `${name} among ${files.map((each) => each.name).join(' ')}.`)
    .bytes.toString('latin1')
    .replaceAll('\r\n', '\n');
}

async function exactText(given: JournalSource): Promise<string> {
  let text = '';
  for await (const piece of exactCsv(warehouse, given)) text += piece;
  return text;
}

const inEuros = (journal: Journal): Journal => ({
  ...journal,
  entries: journal.entries.filter(({ currency }) => currency === 'EUR'),
});

test('the exact CSV has every posting of the period, with the day on which it happened', async () => {
  expect((await exactText(source)).replaceAll('\r\n', '\n')).toBe(`\
period,journal_on,journal_id,journal_kind,source_reference,account,account_owner_id,currency,posting_amount
2026-02,2026-01-15,sale:sale_new,sale,sale:sale_new,buyers_receivable,dev_x,EUR,20.000000000
2026-02,2026-01-15,sale:sale_new,sale,sale:sale_new,creators_payable,cr_ada,EUR,-16.000000000
2026-02,2026-01-15,sale:sale_new,sale,sale:sale_new,platform_revenue,platform,EUR,-4.000000000
2026-02,2026-01-15,suspense:2026-02:sale:sale_new,suspense,sale_new,buyers_receivable,dev_x,EUR,-20.000000000
2026-02,2026-01-15,suspense:2026-02:sale:sale_new,suspense,sale_new,suspense,sale,EUR,20.000000000
2026-02,2026-01-20,refund:ref_late,refund,refund:ref_late,buyers_receivable,dev_x,EUR,-1.010000000
2026-02,2026-01-20,refund:ref_late,refund,refund:ref_late,creators_payable,cr_ada,EUR,0.484800000
2026-02,2026-01-20,refund:ref_late,refund,refund:ref_late,creators_payable,cr_ben,EUR,0.323200000
2026-02,2026-01-20,refund:ref_late,refund,refund:ref_late,platform_revenue,platform,EUR,0.202000000
2026-02,2026-01-25,payout_reversal:trr_late,payout_reversal,po_1,connected_accounts,platform,EUR,1.210000000
2026-02,2026-01-25,payout_reversal:trr_late,payout_reversal,po_1,creators_payable,cr_ada,EUR,-1.210000000
2026-02,2026-01-25,suspense:2026-02:payout_reversal:trr_none,suspense,trr_none,connected_accounts,platform,EUR,2.000000000
2026-02,2026-01-25,suspense:2026-02:payout_reversal:trr_none,suspense,trr_none,suspense,payout_reversal,EUR,-2.000000000
2026-02,2026-02-28,rounding:cr_ada:EUR:2026-02,rounding,cr_ada,creators_payable,cr_ada,EUR,-0.004800000
2026-02,2026-02-28,rounding:cr_ada:EUR:2026-02,rounding,cr_ada,rounding_carried,cr_ada,EUR,0.004800000
2026-02,2026-02-28,rounding:cr_ben:EUR:2026-02,rounding,cr_ben,creators_payable,cr_ben,EUR,0.006800000
2026-02,2026-02-28,rounding:cr_ben:EUR:2026-02,rounding,cr_ben,rounding_carried,cr_ben,EUR,-0.006800000
2026-02,2026-02-28,withholding:cr_ada:EUR:2026-02:2026-01,withholding,US-foreign,creators_payable,cr_ada,EUR,-0.140000000
2026-02,2026-02-28,withholding:cr_ada:EUR:2026-02:2026-01,withholding,US-foreign,withholding,cr_ada,EUR,0.140000000
2026-02,2026-02-28,withholding:cr_ada:EUR:2026-02:2026-02,withholding,US-foreign_treaty-MX,creators_payable,cr_ada,EUR,1.600000000
2026-02,2026-02-28,withholding:cr_ada:EUR:2026-02:2026-02,withholding,US-foreign_treaty-MX,withholding,cr_ada,EUR,-1.600000000
2026-02,2026-02-28,withholding:cr_ben:EUR:2026-02:2026-01,withholding,US-foreign,creators_payable,cr_ben,EUR,-0.100000000
2026-02,2026-02-28,withholding:cr_ben:EUR:2026-02:2026-01,withholding,US-foreign,withholding,cr_ben,EUR,0.100000000
`);
});

describe('DATEV', () => {
  test('has a header, the headings and rows of two accounts; what is of an earlier month is booked on the first day', () => {
    const [header, , ...rows] = fileOf(february, 'datev', 'EXTF_Buchungsstapel_2026-02.csv').trimEnd().split('\n');
    expect(header).toBe(
      '"EXTF";700;21;"Buchungsstapel";13;20260302080000000;;"";"Tantieme";"";29098;55003;20260101;4;20260201;20260228;"Tantieme 2026-02";"";1;0;0;"EUR";;"";;;"03";;;"";"Stand 2026-11-26"',
    );
    const rest = `${';'.repeat(100)}0;;;;"0";;;;;;;`;
    expect(rows.map((row) => row.replace(rest, ''))).toEqual([
      '16,00;"S";"EUR";;;;1410;1610;;0102;"2026-02-0001";;;"Sales (2026-01)"',
      '4,00;"S";"EUR";;;;1410;8400;"0040";0102;"2026-02-0001";;;"Sales (2026-01)"',
      '0,81;"S";"EUR";;;;1610;1410;;0102;"2026-02-0002";;;"Refunds (2026-01)"',
      '0,20;"S";"EUR";;;;8400;1410;"0040";0102;"2026-02-0002";;;"Refunds (2026-01)"',
      '1,21;"S";"EUR";;;;1362;1610;;0102;"2026-02-0003";;;"Payouts that came back (2026-01)"',
      '2,00;"S";"EUR";;;;1362;1410;;0102;"2026-02-0004";;;"Suspense (2026-01)"',
      '18,00;"S";"EUR";;;;1591;1410;;0102;"2026-02-0004";;;"Suspense (2026-01)"',
      '1,36;"S";"EUR";;;;1610;1741;;2802;"2026-02-0005";;;"Tax withheld of creators"',
    ]);
  });

  test('has the base amount by the rate of the month for other currencies, also for one without decimal places', () => {
    const rows = fileOf(january, 'datev', 'EXTF_Buchungsstapel_2026-01.csv').split('\n');
    const foreign = rows.filter((row) => /"(USD|JPY)"/.test(row)).map((row) => row.split(';').slice(0, 10).join(';'));
    expect(foreign).toEqual([
      '784,00;"S";"JPY";168,250000;4,66;"EUR";1410;1610;;1301',
      '196,00;"S";"JPY";168,250000;1,16;"EUR";1410;8400;"0040";1301',
      '98,00;"S";"JPY";168,250000;0,58;"EUR";1410;1790;;1301',
      '9,88;"S";"USD";1,087300;9,09;"EUR";1590;1610;;3101',
      '2,47;"S";"USD";1,087300;2,27;"EUR";1590;8400;"0040";3101',
      '12,35;"S";"USD";1,087300;11,36;"EUR";1410;1590;;3101',
      '235,00;"S";"JPY";168,250000;1,40;"EUR";1610;1741;;3101',
      '2,97;"S";"USD";1,087300;2,73;"EUR";1610;1741;;3101',
    ]);
  });
});

test('QuickBooks has a file for each currency', () => {
  const files = renderJournal(january, { format: 'quickbooks', file: EXAMPLE_FILE }).map(({ name }) => name);
  expect(files).toEqual([
    ...['journal-2026-01-quickbooks.txt', 'journal-2026-01-quickbooks.json'],
    ...['quickbooks-2026-01-eur.csv', 'quickbooks-2026-01-jpy.csv', 'quickbooks-2026-01-usd.csv'],
  ]);
  expect(fileOf(january, 'quickbooks', 'quickbooks-2026-01-jpy.csv')).toBe(`\
*JournalNo,*JournalDate,*AccountName,*Debits,*Credits,Description,Name,Currency,Location,Class
2026-01-0009,01/13/2026,Accounts Receivable (A/R),980,,Sales: buyers_receivable,Marketplace buyers,JPY,,
2026-01-0009,01/13/2026,Creators:Payable,,784,Sales: creators_payable,,JPY,,
2026-01-0009,01/13/2026,Platform fees,,196,Sales: platform_revenue,,JPY,,
2026-01-0010,01/13/2026,Accounts Receivable (A/R),98,,Tax: buyers_receivable,Marketplace buyers,JPY,,
2026-01-0010,01/13/2026,Sales tax to pay,,98,Tax: tax_payable,,JPY,,
2026-01-0021,01/31/2026,Creators:Payable,235,,Tax withheld of creators: creators_payable,,JPY,,
2026-01-0021,01/31/2026,Tax withheld of creators,,235,Tax withheld of creators: withholding,,JPY,,
`);
});

test('Xero has the amounts of the base currency, credits negative', () => {
  expect(fileOf(february, 'xero', 'xero-2026-02.csv')).toBe(`\
*Narration,*Date,Description,*AccountCode,*TaxRate,*Amount,TrackingName1,TrackingOption1,TrackingName2,TrackingOption2
2026-02-0001 Sales (2026-01),01/02/2026,buyers_receivable,611,No Tax,20.00,,,,
2026-02-0001 Sales (2026-01),01/02/2026,creators_payable,801,No Tax,-16.00,,,,
2026-02-0001 Sales (2026-01),01/02/2026,platform_revenue,200,No Tax,-4.00,,,,
2026-02-0002 Refunds (2026-01),01/02/2026,buyers_receivable,611,No Tax,-1.01,,,,
2026-02-0002 Refunds (2026-01),01/02/2026,creators_payable,801,No Tax,0.81,,,,
2026-02-0002 Refunds (2026-01),01/02/2026,platform_revenue,200,No Tax,0.20,,,,
2026-02-0003 Payouts that came back (2026-01),01/02/2026,connected_accounts,092,No Tax,1.21,,,,
2026-02-0003 Payouts that came back (2026-01),01/02/2026,creators_payable,801,No Tax,-1.21,,,,
2026-02-0004 Suspense (2026-01),01/02/2026,buyers_receivable,611,No Tax,-20.00,,,,
2026-02-0004 Suspense (2026-01),01/02/2026,connected_accounts,092,No Tax,2.00,,,,
2026-02-0004 Suspense (2026-01),01/02/2026,suspense,850,No Tax,18.00,,,,
2026-02-0005 Tax withheld of creators,28/02/2026,creators_payable,801,No Tax,1.36,,,,
2026-02-0005 Tax withheld of creators,28/02/2026,withholding,825,No Tax,-1.36,,,,
`);
  expect(() => renderJournal(january, { format: 'xero', file: EXAMPLE_FILE })).toThrow(
    'The journal of 2026-01 cannot be exported for xero: its manual journals are in the base currency, EUR, but there are amounts in JPY, USD; choose csv.',
  );
});

test('beside the files stand their hashes, the settings, the date of the rules and the totals', () => {
  const { bytes } = requirePresent(
    renderJournal(february, { format: 'datev', file: EXAMPLE_FILE }).find(({ name }) => name.endsWith('.json')),
    'A manifest.',
  );
  const { totals, ...manifest } = JSON.parse(bytes.toString());
  expect(manifest).toMatchObject({
    ...{ format: 'datev', period: '2026-02', cutoff_at: '2026-03-02T08:00:00.000Z', rule_set_on: '2026-11-26' },
    ...{ posting_count: 23, entry_count: 5, settings: { lock: false, base_currency: 'EUR' } },
    files: [{ name: 'EXTF_Buchungsstapel_2026-02.csv', row_count: 8, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }],
  });
  const payable = { account: 'creators_payable', currency: 'EUR' };
  expect(totals).toContainEqual({ ...payable, opening: '-45.87', movement: '-15.04', closing: '-60.91' });
  expect(summaryOf(source).totals).toContainEqual({
    ...{ ...payable, opening: '-45.870000000', movement: '-15.040000000', closing: '-60.910000000' },
  });
});

test('the same period gives the same bytes, and the archive has the same files', async () => {
  const again = composeJournal(await readJournalSource(warehouse, parsePeriod('2026-01')));
  const options = { format: 'datev', file: EXAMPLE_FILE } as const;
  const archive = journalArchive(january, options);
  expect(journalArchive(again, options).equals(archive)).toBe(true);
  const files = renderJournal(january, options).map(({ name, bytes }) => [name, bytes.toString('hex')]);
  expect(filesInArchive(archive).map(({ name, bytes }) => [name, bytes.toString('hex')])).toEqual(files);
});

describe('nothing is exported', () => {
  test('of an open period', async () => {
    await expect(readJournalSource(warehouse, parsePeriod('2026-03'))).rejects.toThrow(
      'The journal of 2026-03 cannot be exported, because the period is open; close it first.',
    );
  });

  test('if accounts have no mapping: all are named', () => {
    const { platform_revenue: _, disputes: __, ...accounts } = EXAMPLE_FILE.xero?.accounts ?? {};
    const file = { ...EXAMPLE_FILE, xero: { base_currency: 'EUR', accounts } };
    expect(() => renderJournal(inEuros(january), { format: 'xero', file })).toThrow(
      'The journal of 2026-01 cannot be exported for xero, because the accounting file has no account for disputes (EUR), platform_revenue (EUR); add each under xero.accounts.',
    );
    const { xero: ___, ...withoutXero } = EXAMPLE_FILE;
    expect(() => renderJournal(january, { format: 'xero', file: withoutXero })).toThrow('has no xero');
  });

  test('if the totals are not those of the ledger, or an entry is out of balance', () => {
    const [first, ...others] = february.entries;
    expect(() => assertTotals({ ...february, entries: others })).toThrow(
      /The journal of 2026-02 must lead buyers_receivable EUR to 6417 minor units/,
    );
    const entry = { ...requirePresent(first, 'An entry.'), lines: first?.lines.slice(1) ?? [] };
    expect(() => assertTotals({ ...february, entries: [entry, ...others] })).toThrow(/2026-02-0001 must sum to zero/);
  });

  test('if postings were added since the closing', async () => {
    const added = { journal_id: 'sale:other', journal_on: '2026-02-01', journal_kind: 'sale', source_reference: 'x' };
    const of = { period: '2026-02', account_owner_id: 'platform', currency: 'EUR' };
    const debit = { ...added, ...of, account: 'stripe_balance', posting_amount: '1' };
    const credit = { ...debit, account: 'platform_revenue', posting_amount: '-1' };
    const readWith = (rows: readonly (typeof debit)[]) =>
      warehouse.withRollback(async (writer) => {
        await writer.append(builtTableOf(postings, 'ledger'), rows);
        return readJournalSource(writer, parsePeriod('2026-02'));
      });
    await expect(readWith([debit])).rejects.toThrow(/must sum to zero, but sale:other sums to 1 EUR/);
    await expect(readWith([debit, credit])).rejects.toThrow(/closed with 23 postings, but the ledger has 25/);
  });

  test('if postings are missing', async () => {
    const close = { ...source.close, posting_count: 18n };
    await expect(exactText({ ...source, close })).rejects.toThrow(/must have the 18 postings of the ledger, not 23/);
  });
});

test('every kind of journal entry has words', () => {
  expect(Object.keys(KIND_WORDS).sort()).toEqual([...(LEDGER_FIELDS.journal_kind.values ?? [])].sort());
});
