import { Rejected } from '../../warehouse/errors.ts';
import { invariant } from '../../warehouse/invariant.ts';
import { csvRecords, textCell } from '../render/csv-records.ts';
import type { StatementDocument } from './document.ts';
import { formatMonth } from './format.ts';
import { ROW_COLUMNS, statementRows } from './rows.ts';

const NUMBER = /^-?(0|[1-9][0-9]*)(\.[0-9]+)?$/;
const PERIODS: readonly string[] = ['period', 'earned_period', 'paid_period'];
/** Without it, Excel takes UTF-8 for the code page of the machine. */
const BYTE_ORDER_MARK = '\ufeff';

interface Form {
  readonly delimiter: ',' | ';';
  readonly number: (decimal: string) => string;
  readonly period: (period: string) => string;
}

/**
 * The statement as one flat table for programs: RFC 4180 in UTF-8 with CRLF and a header. The `amount` values of all other rows sum to
 * that of the `closing_balance` row. Text that a spreadsheet might run as a formula gets a leading apostrophe; numbers,
 * negative ones too, are written unchanged. Throws `InvariantBroken` for a statement that does not add up.
 */
export function renderCsv(doc: StatementDocument): Buffer {
  return Buffer.from(recordsOf(doc, { delimiter: ',', number: (decimal) => decimal, period: (period) => period }));
}

/**
 * The same table for spreadsheets, as they read it in a language: with a byte order mark, periods in words, and the separator and
 * the decimal mark of `locale`, a BCP 47 tag such as `de-AT`. A spreadsheet keeps 15 digits of a number. Throws `Rejected`
 * for a text that is no such tag, and `InvariantBroken` for a statement that does not add up.
 */
export function renderSpreadsheetCsv(doc: StatementDocument, locale = 'en'): Buffer {
  const hasComma = decimalMarkOf(locale) === ',';
  const form: Form = {
    delimiter: hasComma ? ';' : ',',
    number: (decimal) => (hasComma ? decimal.replace('.', ',') : decimal),
    period: formatMonth,
  };
  return Buffer.from(`${BYTE_ORDER_MARK}${recordsOf(doc, form)}`);
}

function decimalMarkOf(locale: string): string | undefined {
  try {
    return new Intl.NumberFormat(locale).formatToParts(0.5).find(({ type }) => type === 'decimal')?.value;
  } catch {
    throw new Rejected(
      `The file cannot be written for the locale ${JSON.stringify(locale)}, because it is not a language tag; give one such as en, de or pt-BR.`,
    );
  }
}

function recordsOf(doc: StatementDocument, { delimiter, number, period }: Form): string {
  const columns = Object.entries(ROW_COLUMNS);
  const records = statementRows(doc).map((row) =>
    columns.map(([name, kind]) => {
      const value = row[name] ?? '';
      if (value !== '' && PERIODS.includes(name)) return period(value);
      if (kind === 'text') return textCell(value);
      invariant(value === '' || NUMBER.test(value), `${name} of ${doc.statement_id} must be a number, not ${value}.`);
      return number(value);
    }),
  );
  return csvRecords([columns.map(([name]) => name), ...records], delimiter);
}
