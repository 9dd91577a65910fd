import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderCsv, renderSpreadsheetCsv } from '../../../reports/statement/csv.ts';
import type { StatementDocument } from '../../../reports/statement/document.ts';
import { InvariantBroken, Rejected } from '../../../warehouse/errors.ts';
import { decimalToMinor, minorToDecimal } from '../../../warehouse/money.ts';
import { statements } from './arbitrary.ts';
import { busyMonth, statement } from './document.ts';

type Row = Readonly<Record<string, string>>;

/** A strict reader of RFC 4180: records end with CRLF, quotes are doubled, every record is as long as the header. */
function readCsv(text: string): Row[] {
  const records: string[][] = [];
  let at = 0;
  while (at < text.length) {
    const record: string[] = [];
    for (let open = true; open; ) {
      const [cell, quoted, bare, end] =
        /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/y[Symbol.match](text.slice(at)) ?? [];
      expect(cell, `a cell at ${at} of ${JSON.stringify(text.slice(at, at + 40))}`).toBeDefined();
      record.push(quoted?.replaceAll('""', '"') ?? bare ?? '');
      at += cell?.length ?? 0;
      open = end === ',';
    }
    records.push(record);
  }
  const [header = [], ...rows] = records;
  for (const row of rows) expect(row).toHaveLength(header.length);
  return rows.map((row) => Object.fromEntries(header.map((name, i) => [name, row[i] ?? ''])));
}

const rowsOf = (doc: StatementDocument): Row[] => readCsv(renderCsv(doc).toString('utf8'));

describe('the CSV of a statement', () => {
  it('sums from the opening to the closing balance', () => {
    fc.assert(
      fc.property(statements, (doc) => {
        const rows = rowsOf(doc);
        const sum = (type: string) =>
          rows
            .filter((row) => row.row_type === type)
            .reduce((all, row) => all + decimalToMinor(row.amount ?? '', row.currency ?? ''), 0n);
        const money = (minor: bigint) => minorToDecimal(minor, doc.currency);
        const kinds = [
          'opening_balance',
          'earning',
          'refund',
          'adjustment',
          'tax_withheld',
          'payout',
          'payout_reversal',
        ];
        const parts = kinds.map(sum);
        const [opening = 0n, earnings = 0n, refunds = 0n, adjustments = 0n, tax = 0n, payouts = 0n, reversals = 0n] =
          parts;
        expect(parts.reduce((all, part) => all + part, 0n)).toBe(sum('closing_balance'));
        expect({
          opening: money(opening),
          earnings: money(earnings),
          refunds: money(-refunds),
          adjustments: money(adjustments),
          tax_withheld: money(-tax),
          payouts: money(-payouts),
          payout_reversals: money(reversals),
          closing: money(sum('closing_balance')),
        }).toEqual(doc.summary);
      }),
    );
  });

  it('names the statement, creator, period and currency on every row', () => {
    const rows = rowsOf(busyMonth(12));
    expect(rows.map((row) => row.row_type)).toEqual([
      'opening_balance',
      ...Array.from({ length: 10 }, () => 'earning'),
      'refund',
      'earning',
      'payout',
      'closing_balance',
    ]);
    for (const row of rows) {
      expect(row).toMatchObject({
        statement_id: 'stmt_5f0c2a9be1d84763a0b9c1d2',
        creator_id: 'creator_0042',
        period: '2026-01',
        currency: 'USD',
      });
    }
    expect(rows[13]).toMatchObject({
      amount: '-84.20',
      paid_period: '2025-12',
      sent_on: '2026-01-01',
      line_id: '',
      gross_exact: '',
    });
  });

  it('has a row for what came back of a payout, which says so', () => {
    expect(rowsOf(statement({ reversals: [150n] }))[2]).toMatchObject({
      ...{ row_type: 'payout_reversal', amount: '1.50', paid_period: '2025-12', reversed_on: '2026-01-01' },
      formula: 'Payout of December 2025 reversed: USD 1.50 came back to us and is owed to you again.',
    });
  });

  it('has a row for the tax that is withheld, with the rule and the rate', () => {
    expect(rowsOf(statement({ tax: 375n }))[2]).toMatchObject({
      ...{ row_type: 'tax_withheld', amount: '-3.75', tax_rate: '30 %', withholding_rule_id: 'US-foreign' },
      ...{ taxable_exact: '100', credited_on: '2026-02-01' },
    });
  });

  it('has a row after the closing balance for what became of another payout', () => {
    const rows = rowsOf(statement({ notices: [['failed', 'account_closed']] }));
    expect(rows.at(-1)).toMatchObject({
      ...{ row_type: 'payout_notice', amount: '', notice_amount: '12.50', outcome: 'failed', reason: 'account_closed' },
      formula:
        'Payout of December 2025 failed: USD 12.50 was not sent and is still owed to you: the bank account is closed.',
    });
  });

  it.each([
    ...['=1+1', '+1', '-1', '@x', '\tx', '\rx', '\nx', '\0x', ' =1', '\ufeff=1', '\u00a0@x', '\u200b+1'],
    ...['＝1', '＋1', '－1', '＠x'],
  ])('prefixes the title %j with an apostrophe', (title) => {
    expect(rowsOf(statement({ lines: [{ minor: 5n, title }] }))[1]?.asset_title).toBe(`'${title}`);
  });

  it('does not change text that no spreadsheet would run', () => {
    for (const title of ['a=1', ' a=1', "'=1", '1-2', 'plain, "quoted"\r\nand broken', '日本語']) {
      expect(rowsOf(statement({ lines: [{ minor: 5n, title }] }))[1]?.asset_title).toBe(title);
    }
  });

  it('never prefixes a number', () => {
    const [, refund] = rowsOf(statement({ lines: [{ kind: 'refund', minor: -1250n }] }));
    expect(refund).toMatchObject({
      amount: '-12.50',
      amount_exact: '-12.5',
      gross_exact: '-31.25',
      platform_fee_exact: '-6.25',
    });
  });

  it('is written for spreadsheets with a byte order mark, months in words and the marks and headings of a language', () => {
    const doc = statement({ lines: [{ kind: 'refund', minor: -123456n, title: 'A; "B"', earned: '2025-12' }] });
    const english = renderSpreadsheetCsv(doc).toString();
    expect(english.startsWith('\ufeffrow_type,')).toBe(true);
    expect(readCsv(english.slice(1))[1]).toMatchObject({
      ...{ period: 'January 2026', earned_period: 'December 2025', amount: '-1234.56', asset_title: 'A; "B"' },
    });
    const german = renderSpreadsheetCsv(doc, 'de').toString().split('\r\n');
    expect(german[0]).toContain('\ufeffZeilenart;Abrechnung;');
    expect(german[2]).toMatch(/^Rückerstattung;.*;Januar 2026;USD;-1234,56;.*;Einmallizenz;Dezember 2025;/);
    expect(renderSpreadsheetCsv({ ...doc, locale: 'de' })).toEqual(renderSpreadsheetCsv(doc, 'de-AT'));
    expect(german[2]).toContain(';"A; ""B""";');
    expect(renderSpreadsheetCsv(doc, 'en-GB')).toEqual(renderSpreadsheetCsv(doc));
    expect(() => renderSpreadsheetCsv(doc, 'no tag')).toThrow(Rejected);
  });

  it('refuses text in a number column', () => {
    const doc = statement();
    const lines = doc.lines.map((line) => ({ ...line, units: '=1+1' }));
    expect(() => renderCsv({ ...doc, lines })).toThrow(InvariantBroken);
  });

  it.each([
    'opening',
    'earnings',
    'refunds',
    'adjustments',
    'tax_withheld',
    'payouts',
    'payout_reversals',
    'closing',
  ] as const)('is refused if the figure %s is one cent off', (figure) => {
    const doc = busyMonth(40);
    const off = minorToDecimal(decimalToMinor(doc.summary[figure], 'USD') + 1n, 'USD');
    expect(() => renderCsv({ ...doc, summary: { ...doc.summary, [figure]: off } })).toThrow(InvariantBroken);
  });
});
