import { crc32, inflateRawSync } from 'node:zlib';
import ExcelJS from 'exceljs';
import { describe, expect, it } from 'vitest';
import { zipArchive, zipEntry } from '../../../reports/render/zip.ts';
import type { StatementDocument } from '../../../reports/statement/document.ts';
import { renderXlsx } from '../../../reports/statement/xlsx.ts';
import { InvariantBroken } from '../../../warehouse/errors.ts';
import { busyMonth, statement } from './document.ts';

async function read(doc: StatementDocument): Promise<ExcelJS.Workbook> {
  const workbook = new ExcelJS.Workbook();
  const bytes = renderXlsx(doc);
  await workbook.xlsx.load(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ExcelJS.Buffer);
  return workbook;
}

/** A cell by the title of its column. */
function cell(workbook: ExcelJS.Workbook, place: { sheet: string; row: number; title: string }): ExcelJS.Cell {
  const sheet = workbook.getWorksheet(place.sheet);
  const titles = sheet?.getRow(1).values;
  const column = Array.isArray(titles) ? titles.indexOf(place.title) : -1;
  expect(column, `${place.sheet} has a column ${place.title}`).toBeGreaterThan(0);
  const found = sheet?.getRow(place.row).getCell(column);
  if (!found) throw new Error(`${place.sheet} lacks row ${place.row}`);
  return found;
}

describe('the workbook of a statement', () => {
  it('contains amounts as numbers in the format of the currency, each with its exact text', async () => {
    const workbook = await read(statement({ lines: [{ kind: 'refund', minor: -123456n, beyond: -12n }] }));
    const amount = cell(workbook, { sheet: 'Lines', row: 2, title: 'Amount (USD)' });
    expect([amount.value, amount.numFmt]).toEqual([-1234.56, '#,##0.00']);
    expect(cell(workbook, { sheet: 'Lines', row: 2, title: 'Amount, exact text' }).value).toBe('-1234.56');
    expect(cell(workbook, { sheet: 'Lines', row: 2, title: 'Amount before rounding, exact text' }).value).toBe(
      '-1234.560000012',
    );
    expect(cell(workbook, { sheet: 'Lines', row: 2, title: 'Gross (USD)' }).numFmt).toBe('#,##0.00#######');
  });

  it.each([
    ['JPY', '#,##0'],
    ['KWD', '#,##0.000'],
  ])('formats amounts with the decimal places of %s', async (currency, format) => {
    const workbook = await read(statement({ currency }));
    expect(cell(workbook, { sheet: 'Lines', row: 2, title: `Amount (${currency})` }).numFmt).toBe(format);
  });

  it('contains the whole summary', async () => {
    const doc = busyMonth(30, { reversals: [150_00n] });
    const sheet = (await read(doc)).getWorksheet('Summary');
    const items = new Map<unknown, unknown[]>();
    sheet?.eachRow((row) => items.set(row.getCell(1).value, [row.getCell(2).value, row.getCell(3).value]));
    const { summary, seal } = doc;
    expect(items.get('Opening balance')).toEqual([Number(summary.opening), summary.opening]);
    expect(items.get('less refunds')).toEqual([Number(summary.refunds), summary.refunds]);
    expect(items.get('less payouts')).toEqual([Number(summary.payouts), summary.payouts]);
    expect(items.get('plus payouts reversed')).toEqual([150, '150.00']);
    expect(items.get('Closing balance')).toEqual([Number(summary.closing), summary.closing]);
    expect(items.get('Seal (SHA-256)')).toEqual([null, seal]);
  });

  it('freezes the header row of every sheet, empty sheets too', async () => {
    const workbook = await read(statement({ lines: [] }));
    expect(workbook.worksheets.map(({ name }) => name)).toEqual([
      ...['Summary', 'Lines', 'Changed sales', 'Payouts', 'Payouts reversed', 'Payout notices'],
    ]);
    for (const sheet of workbook.worksheets) expect(sheet.views[0]).toMatchObject({ state: 'frozen', ySplit: 1 });
    expect(workbook.getWorksheet('Lines')?.rowCount).toBe(1);
  });

  it('contains texts as texts, never as formulas, and no character that XML does not allow', async () => {
    const workbook = await read(
      statement({
        lines: [
          { minor: 5n, title: '=1+1' },
          { minor: 5n, title: 'a\0b\uffff & <c>' },
        ],
      }),
    );
    expect(cell(workbook, { sheet: 'Lines', row: 2, title: 'Asset title' }).value).toBe('=1+1');
    expect(cell(workbook, { sheet: 'Lines', row: 3, title: 'Asset title' }).value).toBe('a␀b\ufffd & <c>');
  });

  it('shows each control character, and keeps tabs and lines', async () => {
    const title = Array.from({ length: 33 }, (_, code) => String.fromCharCode(code)).join('x');
    const workbook = await read(statement({ lines: [{ minor: 5n, title: `${title}\x7f\x85` }] }));
    const shown = title.replace(/(?![\t\n\r])\p{Cc}/gu, (control) =>
      String.fromCharCode(0x2400 + control.charCodeAt(0)),
    );
    expect(cell(workbook, { sheet: 'Lines', row: 2, title: 'Asset title' }).value).toBe(`${shown}␡\ufffd`);
  });

  it('has the exact text of every number that has more than 15 digits', async () => {
    const doc = statement({ opening: 123_456_789_012_345_678n, payouts: [12_345_678_901_234_567n] });
    const [line] = doc.lines;
    if (!line) throw new Error('The statement has a line.');
    const long = { units: '1234567890123456.789', revenue_event_count: '9007199254740993' };
    const workbook = await read({ ...doc, lines: [{ ...line, ...long }] });
    const exact = (sheet: string, title: string) =>
      cell(workbook, { sheet, row: 2, title: `${title}, exact text` }).value;
    expect(exact('Lines', 'Units')).toBe(long.units);
    expect(exact('Lines', 'Events')).toBe(long.revenue_event_count);
    expect(exact('Payouts', 'Amount')).toBe('123456789012345.67');
    for (const sheet of workbook.worksheets.slice(1)) {
      const titles = (sheet.getRow(1).values as string[]).slice(1);
      const numbers = titles.filter(
        (_, index) => sheet.getColumn(index + 1).numFmt || /^(Events|Units)$/.test(titles[index] ?? ''),
      );
      for (const title of numbers) expect(titles).toContain(`${title.replace(/ \([A-Z]{3}\)$/, '')}, exact text`);
    }
  });

  it('says in words what codes stand for', async () => {
    const doc = statement({
      lines: [{ minor: 5n, license: 'metered', earned: '2025-12' }],
      notices: [['bank_failed', 'account_closed']],
    });
    const workbook = await read(doc);
    const words = ['Kind', 'Licence type', 'Earned in'].map(
      (title) => cell(workbook, { sheet: 'Lines', row: 2, title }).value,
    );
    expect(words).toEqual(['Earning', 'Metered use', 'December 2025']);
    const notice = ['Outcome', 'Reason'].map(
      (title) => cell(workbook, { sheet: 'Payout notices', row: 2, title }).value,
    );
    expect(notice).toEqual(['Bank failed', 'the bank account is closed']);
  });

  it('prints what fits on paper, with the header row on each page', async () => {
    const workbook = await read(busyMonth(30));
    for (const sheet of workbook.worksheets) {
      expect(sheet.pageSetup).toMatchObject({
        orientation: 'landscape',
        fitToWidth: 1,
        fitToHeight: 0,
        printTitlesRow: '1:1',
      });
      const [, letters = '', last] = /^A1:([A-Z]+)(\d+)$/.exec(sheet.pageSetup.printArea ?? '') ?? [];
      expect(Number(last)).toBe(sheet.rowCount);
      const count = sheet.getColumn(letters).number;
      const width = Array.from({ length: count }, (_, index) => sheet.getColumn(index + 1).width ?? 0).reduce(
        (sum, each) => sum + each,
        0,
      );
      // About 130 characters of the usual size fit on A4 in landscape: this is no smaller than 60 % of it.
      expect(width, sheet.name).toBeLessThanOrEqual(217);
    }
    expect(workbook.getWorksheet('Lines')?.getColumn('L').values[1]).toBe('Share rate');
  });

  it('contains the date of closing and no other date', async () => {
    const zip = renderXlsx(statement());
    const dates = new Set<string>();
    let files = 0;
    for (let at = zip.indexOf('PK\x03\x04'); at >= 0; at = zip.indexOf('PK\x03\x04', at + 1)) {
      dates.add(`${zip.readUInt16LE(at + 10)} ${zip.readUInt16LE(at + 12)}`);
      files += 1;
    }
    expect(files).toBeGreaterThan(8);
    // 08:15:30, and 3 February 2026.
    expect([...dates]).toEqual([`${(8 << 11) | (15 << 5) | 15} ${(46 << 9) | (2 << 5) | 3}`]);
    const properties = (await read(statement())).created;
    expect(properties.toISOString()).toBe('2026-02-03T08:15:30.000Z');
  });

  it('shows a text that looks like an escaped character as it is', async () => {
    const workbook = await read(statement({ lines: [{ minor: 5n, title: ' _x0041_ and\r\n' }] }));
    expect(cell(workbook, { sheet: 'Lines', row: 2, title: 'Asset title' }).value).toBe(' _x0041_ and\r\n');
  });

  it('is refused for a statement that does not add up', () => {
    const doc = statement();
    const changed = { ...doc, summary: { ...doc.summary, closing: '0.01' } };
    expect(() => renderXlsx(changed)).toThrow(InvariantBroken);
  });
});

describe('a zip archive', () => {
  it('is refused for years outside the format', () => {
    expect(() => zipArchive([zipEntry('a.txt', 'text')], 0)).toThrow(InvariantBroken);
    expect(() => zipArchive([zipEntry('a.txt', 'text')], 0)).toThrow('1970');
  });

  it('contains each file with its checksum and the given date', () => {
    const texts = { 'a.txt': 'one', 'b/c.txt': 'zwei 🎉'.repeat(1000), 'empty.txt': '' };
    const entries = Object.entries(texts).map(([name, text]) => zipEntry(name, text));
    const zip = zipArchive(entries, Date.UTC(2030, 5, 1, 10, 20, 30));
    const found: Record<string, string> = {};
    let at = zip.readUInt32LE(zip.length - 6);
    for (let left = zip.readUInt16LE(zip.length - 12); left > 0; left -= 1) {
      const nameLength = zip.readUInt16LE(at + 28);
      const name = zip.toString('latin1', at + 46, at + 46 + nameLength);
      const start = zip.readUInt32LE(at + 42) + 30 + nameLength;
      const text = inflateRawSync(zip.subarray(start, start + zip.readUInt32LE(at + 20)));
      expect([crc32(text), text.length]).toEqual([zip.readUInt32LE(at + 16), zip.readUInt32LE(at + 24)]);
      expect(zip.readUInt16LE(at + 12)).toBe((10 << 11) | (20 << 5) | 15);
      found[name] = text.toString();
      at += 46 + nameLength;
    }
    expect(found).toEqual(texts);
  });
});
