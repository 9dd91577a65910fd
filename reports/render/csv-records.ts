import { stringify } from 'csv-stringify/sync';

/** What a spreadsheet may take for a formula, or skip to find one. */
const FORMULA_START = /^[=+\-@\t\r\0]/;

/** A cell of text: what a spreadsheet might run as a formula gets a leading apostrophe. Numbers are never passed through here. */
export function textCell(text: string): string {
  return FORMULA_START.test(text) ? `'${text}` : text;
}

/** Records as CSV: RFC 4180 with CRLF, in UTF-8. */
export function csvRecords(records: readonly (readonly string[])[]): string {
  // A lone CR or LF must be quoted too, or readers would end the record there.
  return stringify([...records], { record_delimiter: 'windows', quote_record_delimiter: true });
}
