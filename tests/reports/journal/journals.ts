import type { Journal, JournalEntry, JournalLine } from '../../../reports/journal/document.ts';
import { parsePeriod } from '../../../warehouse/period.ts';

/** A journal of sales; each entry is written as `JPY buyers_receivable 100, platform_revenue -100`. */
export function journalOf(month: string, ...entries: readonly string[]): Journal {
  return {
    period: parsePeriod(month),
    cutoff_at: `${month}-28T08:00:00.000Z`,
    seal: '0'.repeat(64),
    posting_count: 0n,
    entries: entries.map((text, index) => entryOf(month, text, index)),
    totals: [],
  };
}

function entryOf(month: string, text: string, index: number): JournalEntry {
  const [currency = '', ...words] = text.split(' ');
  const lines = words
    .join(' ')
    .split(', ')
    .map((line): JournalLine => {
      const [account = '', amount = ''] = line.split(' ');
      return { account: account as JournalLine['account'], amount_minor: BigInt(amount) };
    });
  const number = `${month}-${String(index + 1).padStart(4, '0')}`;
  return { number, booked_on: `${month}-01`, kind: 'sale', earlier_month: null, currency, lines };
}
