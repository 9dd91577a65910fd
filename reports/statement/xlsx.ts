import { PassThrough } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import ExcelJS from 'exceljs';
import { withZipDates } from '../render/zip-dates.ts';
import type { StatementDocument } from './document.ts';
import { requireBalance } from './rows.ts';
import { type Column, lineColumns, payoutColumns, summaryColumns, summaryItems } from './sheets.ts';

const ACCENT = 'FF0B5C5E';
/** Characters that XML does not allow; a spreadsheet program would report the file as damaged. */
const NOT_XML = /[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;

/**
 * The statement as a workbook with the sheets Summary, Lines and Payouts. Each amount is a number, as precise as a double,
 * with the exact text in the next column. Equal documents have equal bytes, because every date in the file is the date of
 * closing. Throws `InvariantBroken` for a statement that does not add up.
 */
export async function renderXlsx(doc: StatementDocument): Promise<Buffer> {
  requireBalance(doc);
  const closedAt = new Date(doc.closed_at);
  const stream = new PassThrough();
  const workbook = new ExcelJS.stream.xlsx.WorkbookWriter({ stream, useStyles: true, useSharedStrings: true });
  workbook.creator = workbook.lastModifiedBy = 'Tantieme';
  workbook.created = workbook.modified = closedAt;
  addSheet(workbook, { name: 'Summary', columns: summaryColumns(doc.currency), items: summaryItems(doc) });
  addSheet(workbook, { name: 'Lines', columns: lineColumns(doc.currency), items: doc.lines });
  addSheet(workbook, { name: 'Payouts', columns: payoutColumns(doc.currency), items: doc.payouts });
  const [bytes] = await Promise.all([buffer(stream), workbook.commit()]);
  return withZipDates(bytes, closedAt.getTime());
}

interface Sheet<Item> {
  readonly name: string;
  readonly columns: readonly Column<Item>[];
  readonly items: readonly Item[];
}

function addSheet<Item>(workbook: ExcelJS.stream.xlsx.WorkbookWriter, { name, columns, items }: Sheet<Item>): void {
  const sheet = workbook.addWorksheet(name, {
    views: [{ state: 'frozen', ySplit: 1 }],
    pageSetup: { orientation: 'landscape', paperSize: 9, fitToPage: true, fitToWidth: 1, fitToHeight: 0 },
  });
  sheet.columns = columns.map(({ title, width, format }) => ({
    header: title,
    width,
    style:
      format === undefined
        ? { alignment: { vertical: 'top', wrapText: width > 40 } }
        : { numFmt: format, alignment: { vertical: 'top' } },
  }));
  const header = sheet.getRow(1);
  header.font = { bold: true, color: { argb: 'FFFFFFFF' } };
  header.fill = { type: 'pattern', pattern: 'solid', fgColor: { argb: ACCENT } };
  header.commit();
  for (const item of items) {
    const cells = columns.map(({ value, format }) => {
      const text = value(item);
      if (text === '') return null;
      return format === undefined ? text.replace(NOT_XML, '\uFFFD') : Number(text);
    });
    sheet.addRow(cells).commit();
  }
  sheet.commit();
}
