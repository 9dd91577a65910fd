import { invariant } from '../../warehouse/invariant.ts';
import { csvRecords, textCell } from '../render/csv-records.ts';
import type { StatementDocument } from './document.ts';
import { ROW_COLUMNS, statementRows } from './rows.ts';

const NUMBER = /^-?(0|[1-9][0-9]*)(\.[0-9]+)?$/;

/**
 * The statement as one flat table: RFC 4180 in UTF-8 with CRLF and a header. The `amount` values of all other rows sum to
 * that of the `closing_balance` row. Text that a spreadsheet might run as a formula gets a leading apostrophe; numbers,
 * negative ones too, are written unchanged. Throws `InvariantBroken` for a statement that does not add up.
 */
export function renderCsv(doc: StatementDocument): Buffer {
  const columns = Object.entries(ROW_COLUMNS);
  const records = statementRows(doc).map((row) =>
    columns.map(([name, kind]) => {
      const value = row[name] ?? '';
      if (kind === 'text') return textCell(value);
      invariant(value === '' || NUMBER.test(value), `${name} of ${doc.statement_id} must be a number, not ${value}.`);
      return value;
    }),
  );
  const header = columns.map(([name]) => name);
  return Buffer.from(csvRecords([header, ...records]));
}
