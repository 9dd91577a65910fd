import { type Cell, type Sheet, xlsxOf } from '../render/workbook.ts';
import type { StatementDocument } from './document.ts';
import { languageOf } from './language.ts';
import { assertBalanced } from './rows.ts';
import {
  type Column,
  lineColumns,
  movementColumns,
  movementItems,
  noticeColumns,
  payoutColumns,
  reversalColumns,
  summaryColumns,
  summaryItems,
} from './sheets.ts';

const ACCENT = '0B5C5E';
/** Wider columns break their texts into lines. */
const WRAPPED_ABOVE = 40;

/**
 * The statement as a workbook with the sheets Summary, Lines, Changed sales, Payouts, Payouts reversed and Payout notices, in words
 * and for paper. Each number is as precise as a double, 15 digits, and has its exact text in another column. Equal documents have equal bytes, because every date in the file is the date of
 * closing. Throws `InvariantBroken` for a statement that does not add up.
 */
export function renderXlsx(doc: StatementDocument): Buffer {
  assertBalanced(doc);
  const { currency, lines, payouts, payout_reversals, payout_notices } = doc;
  const language = languageOf(doc.locale);
  const { sheets } = language.workbook;
  const of = { currency, language };
  return xlsxOf({
    creator: 'Tantieme',
    createdAtMs: Date.parse(doc.closed_at),
    headerColour: ACCENT,
    sheets: [
      sheetOf(sheets.summary, summaryColumns(of), summaryItems(doc, language)),
      sheetOf(sheets.lines, lineColumns(of), lines),
      sheetOf(sheets.movements, movementColumns(of), movementItems(doc)),
      sheetOf(sheets.payouts, payoutColumns(of), payouts),
      sheetOf(sheets.reversals, reversalColumns(of), payout_reversals),
      sheetOf(sheets.notices, noticeColumns(of), payout_notices),
    ],
  });
}

function sheetOf<Item>(name: string, columns: readonly Column<Item>[], items: readonly Item[]): Sheet {
  return {
    name,
    columns: columns.map(({ title, width, format, isScreenOnly = false }) => ({
      title,
      width,
      isScreenOnly,
      ...(format === undefined ? { isWrapped: width > WRAPPED_ABOVE } : { format }),
    })),
    rows: items.map((item) => columns.map((column) => cellOf(column, item))),
  };
}

function cellOf<Item>({ value, format }: Column<Item>, item: Item): Cell {
  const text = value(item);
  if (text === '') return null;
  return format === undefined ? text : Number(text);
}
