import { Rejected } from '../../warehouse/errors.ts';

/** A record of a CSV file, and the line on which it begins. */
export interface CsvRecord {
  readonly line: number;
  readonly fields: readonly string[];
}

/** A field in quotes, or one without; then what ends it. Two quotes in quotes are one. Source: RFC 4180. */
const FIELD = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|\r|$)/y;

/**
 * The records of a CSV file, without blank ones; a byte order mark is skipped. For small files: the text is in memory. Throws
 * `Rejected` with the line of a quote that does not belong there.
 */
export function parseCsv(text: string): CsvRecord[] {
  const content = text.replace(/^\uFEFF/, '');
  const records: CsvRecord[] = [];
  let [at, line, begun] = [0, 1, 1];
  let fields: string[] = [];
  while (at < content.length) {
    FIELD.lastIndex = at;
    const match = FIELD.exec(content);
    if (!match) throw new Rejected(`It is no CSV: line ${line} has a quote that is not closed or not doubled.`);
    const [whole, quoted, plain = '', end] = match;
    fields.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    at += whole.length;
    line += whole.split('\n').length - 1;
    if (end === ',' && at < content.length) continue;
    if (end === ',') fields.push('');
    if (fields.length > 1 || fields[0] !== '') records.push({ line: begun, fields });
    fields = [];
    begun = line;
  }
  return records;
}
