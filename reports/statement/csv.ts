import { Rejected } from '../../warehouse/errors.ts';
import { invariant } from '../../warehouse/invariant.ts';
import { csvRecords, textCell } from '../render/csv-records.ts';
import type { StatementDocument } from './document.ts';
import { type Language, languageOfTag } from './language.ts';
import { ROW_COLUMNS, type RowColumn, statementRows } from './rows.ts';

const NUMBER = /^-?(0|[1-9][0-9]*)(\.[0-9]+)?$/;
const PERIODS: readonly string[] = ['period', 'earned_period', 'paid_period'];
const CODES: readonly string[] = ['row_type', 'license_type', 'corrected_kind', 'outcome'];
const DAYS: readonly string[] = ['credited_on', 'sent_on', 'reversed_on', 'noticed_on', 'first_on', 'last_on'];
const RATES: readonly string[] = ['platform_fee_rate', 'share_rate', 'tax_rate'];
/** Without it, Excel takes UTF-8 for the code page of the machine. */
const BYTE_ORDER_MARK = '\ufeff';

interface Form {
  readonly delimiter: ',' | ';';
  readonly number: (decimal: string) => string;
  readonly title: (column: RowColumn) => string;
  /** A text that is no number. */
  readonly text: (column: RowColumn, value: string) => string;
}

/**
 * The statement as one flat table for programs: RFC 4180 in UTF-8 with CRLF and a header. The `amount` values of all other rows sum to
 * that of the `closing_balance` row. Text that a spreadsheet might run as a formula gets a leading apostrophe; numbers,
 * negative ones too, are written unchanged. Throws `InvariantBroken` for a statement that does not add up.
 */
export function renderCsv(doc: StatementDocument): Buffer {
  const asItIs = { number: (decimal: string) => decimal, title: (column: RowColumn) => column };
  return Buffer.from(recordsOf(doc, { delimiter: ',', ...asItIs, text: (_, value) => textCell(value) }));
}

/**
 * The same table for spreadsheets, as they read it in a language: with a byte order mark, periods in words, and the separator, the
 * decimal mark and the headings of `locale`, a BCP 47 tag such as `de-AT`; by default the language of the statement, in which its
 * sentences are in any case. A spreadsheet keeps 15 digits of a number. Throws `Rejected`
 * for a text that is no such tag, and `InvariantBroken` for a statement that does not add up.
 */
export function renderSpreadsheetCsv(doc: StatementDocument, locale: string = doc.locale): Buffer {
  const hasComma = requireDecimalMark(locale) === ',';
  const language = languageOfTag(locale);
  const form: Form = {
    delimiter: hasComma ? ';' : ',',
    number: (decimal) => (hasComma ? decimal.replace('.', ',') : decimal),
    title: language.workbook.csvColumn,
    text: (column, value) => textFor(column, value, language),
  };
  return Buffer.from(`${BYTE_ORDER_MARK}${recordsOf(doc, form)}`);
}

function textFor(column: RowColumn, value: string, { month, rate, cellDay, workbook }: Language): string {
  if (value === '') return value;
  if (PERIODS.includes(column)) return month(value);
  if (DAYS.includes(column)) return cellDay(value);
  if (CODES.includes(column)) return workbook.csvCode(value);
  return RATES.includes(column) ? rate(value) : textCell(value);
}

function requireDecimalMark(locale: string): string | undefined {
  try {
    return new Intl.NumberFormat(locale).formatToParts(0.5).find(({ type }) => type === 'decimal')?.value;
  } catch {
    throw new Rejected(
      `The file cannot be written for the locale ${JSON.stringify(locale)}, because it is not a language tag; give one such as en, de or pt-BR.`,
    );
  }
}

function recordsOf(doc: StatementDocument, { delimiter, number, title, text }: Form): string {
  const columns = Object.entries(ROW_COLUMNS) as [RowColumn, 'text' | 'number'][];
  const records = statementRows(doc).map((row) =>
    columns.map(([name, kind]) => {
      const value = row[name] ?? '';
      if (kind === 'text') return text(name, value);
      invariant(value === '' || NUMBER.test(value), `${name} of ${doc.statement_id} must be a number, not ${value}.`);
      return number(value);
    }),
  );
  return csvRecords([columns.map(([name]) => title(name)), ...records], delimiter);
}
