import { minorToDecimal } from '../../warehouse/money.ts';
import { csvRecords } from '../render/csv-records.ts';
import type { ExportFile } from '../render/export-files.ts';
import { type QuickBooksSettings, requireMapping } from './accounting-file.ts';
import { chunksOf, numbered } from './chunks.ts';
import type { Journal, JournalEntry } from './document.ts';
import { entryInWords } from './words.ts';

/** As in Intuit's sample file; the asterisk marks what is required. */
const COLUMNS = [
  ...['*JournalNo', '*JournalDate', '*AccountName', '*Debits', '*Credits', 'Description', 'Name', 'Currency'],
  ...['Location', 'Class'],
];

/** QuickBooks Online imports at most 1,000 rows of a file. */
const MAX_ROWS = 1000;

/** The journal for QuickBooks Online, one currency a file; an entry is one journal. Throws `Rejected` for an account without a mapping. */
export function renderQuickBooks(journal: Journal, settings: QuickBooksSettings): ExportFile[] {
  const accountOf = requireMapping(journal, { format: 'quickbooks', accounts: settings.accounts });
  const recordsOf = (entry: JournalEntry): string[][] =>
    entry.lines.map(({ account, amount_minor }) => {
      const { account: external, name } = accountOf(account, entry.currency);
      const amount = minorToDecimal(amount_minor < 0n ? -amount_minor : amount_minor, entry.currency);
      const sides = amount_minor > 0n ? [amount, ''] : ['', amount];
      return [
        ...[entry.number, dateText(entry.booked_on, settings.date_form), external, ...sides],
        ...[`${entryInWords(entry)}: ${account}`, name ?? '', entry.currency, '', ''],
      ];
    });
  const currencies = [...new Set(journal.entries.map(({ currency }) => currency))].sort();
  return currencies.flatMap((currency) => {
    const entries = journal.entries.filter((entry) => entry.currency === currency);
    const chunks = chunksOf(entries, { limit: MAX_ROWS, sizeOf: ({ lines }) => lines.length });
    return chunks.map((chunk, index) => {
      const records = chunk.flatMap(recordsOf);
      return {
        name: numbered(`quickbooks-${journal.period}-${currency.toLowerCase()}`, { index, of: chunks.length }),
        bytes: Buffer.from(csvRecords([COLUMNS, ...records])),
        row_count: records.length,
      };
    });
  });
}

function dateText(day: string, form: QuickBooksSettings['date_form']): string {
  const [year = '', month = '', dayOfMonth = ''] = day.split('-');
  return form.replace('YYYY', year).replace('MM', month).replace('DD', dayOfMonth);
}
