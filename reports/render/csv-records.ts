import { stringify } from 'csv-stringify/sync';

/**
 * Beginnings by which a spreadsheet recognises a formula, after what it skips: OWASP, CSV injection. In Japanese versions the
 * full-width forms begin one too.
 */
const FORMULA_START = /^[\s\0\p{Cf}]*[=+\-@＝＋－＠]|^[\t\r\n\0]/u;

/** A text cell. Text that a spreadsheet might run as a formula gets a leading apostrophe. Not for numbers. */
export function textCell(text: string): string {
  return FORMULA_START.test(text) ? `'${text}` : text;
}

/** Records as CSV: RFC 4180 with CRLF, in UTF-8; with another character between the fields if one is given. */
export function csvRecords(records: readonly (readonly string[])[], delimiter: ',' | ';' = ','): string {
  // A lone CR or LF must be quoted too: otherwise readers end the record there.
  return stringify([...records], { delimiter, record_delimiter: 'windows', quote_record_delimiter: true });
}
