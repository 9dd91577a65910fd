import { requireExponent } from '../../warehouse/currencies.ts';
import { Rejected } from '../../warehouse/errors.ts';
import { minorToDecimal } from '../../warehouse/money.ts';
import { csvRecords } from '../render/csv-records.ts';
import type { ExportFile } from '../render/export-files.ts';
import { requireMapping, type XeroSettings } from './accounting-file.ts';
import { chunksOf, numbered } from './chunks.ts';
import type { Journal, JournalEntry } from './document.ts';
import { entryInWords } from './words.ts';

/** As in Xero's template; the asterisk marks what is required. */
const COLUMNS = [
  ...['*Narration', '*Date', 'Description', '*AccountCode', '*TaxRate', '*Amount'],
  ...['TrackingName1', 'TrackingOption1', 'TrackingName2', 'TrackingOption2'],
];

/** help.xero.com/nz/ManualJournalsImport: 300 lines in one file. An entry has at most one line for each account, so it is never divided. */
const MAX_LINES = 300;

/**
 * The journal for Xero's import of manual journals, which are in the base currency: rows with the same narration and date are one
 * journal. Throws `Rejected` for an account without a mapping, and for any other currency.
 */
export function renderXero(journal: Journal, settings: XeroSettings): ExportFile[] {
  assertCurrencies(journal, settings);
  const accountOf = requireMapping(journal, { format: 'xero', accounts: settings.accounts });
  const recordsOf = (entry: JournalEntry): string[][] =>
    entry.lines.map(({ account, amount_minor }) => {
      const { account: code, tax_rate } = accountOf(account, entry.currency);
      return [
        ...[`${entry.number} ${entryInWords(entry)}`, entry.booked_on.split('-').reverse().join('/'), account],
        ...[code, tax_rate, minorToDecimal(amount_minor, entry.currency), '', '', '', ''],
      ];
    });
  const chunks = chunksOf(journal.entries, { limit: MAX_LINES, sizeOf: ({ lines }) => lines.length });
  return chunks.map((chunk, index) => {
    const records = chunk.flatMap(recordsOf);
    return {
      name: numbered(`xero-${journal.period}`, { index, of: chunks.length }),
      bytes: Buffer.from(csvRecords([COLUMNS, ...records])),
      row_count: records.length,
    };
  });
}

function assertCurrencies({ period, entries }: Journal, { base_currency }: XeroSettings): void {
  const found = [...new Set(entries.map(({ currency }) => currency))].sort();
  const others = found.filter((currency) => currency !== base_currency);
  if (others.length > 0) {
    throw new Rejected(
      `The journal of ${period} cannot be exported for xero: its manual journals are in the base currency, ${base_currency}, but there are amounts in ${others.join(', ')}; choose csv.`,
    );
  }
  if (requireExponent(base_currency) > 2) {
    throw new Rejected(
      `The journal of ${period} cannot be exported for xero: its amounts have two decimal places, fewer than those of ${base_currency}; choose csv.`,
    );
  }
}
