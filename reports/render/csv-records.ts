import { stringify } from 'csv-stringify/sync';

/** First characters by which a spreadsheet recognises a formula, or which it skips before it looks for one. */
const FORMULA_START = /^[=+\-@\t\r\0]/;

/** A text cell. Text that a spreadsheet might run as a formula gets a leading apostrophe. Not for numbers. */
export function textCell(text: string): string {
  return FORMULA_START.test(text) ? `'${text}` : text;
}

/** Records as CSV: RFC 4180 with CRLF, in UTF-8. */
export function csvRecords(records: readonly (readonly string[])[]): string {
  // A lone CR or LF must be quoted too: otherwise readers end the record there.
  return stringify([...records], { record_delimiter: 'windows', quote_record_delimiter: true });
}
