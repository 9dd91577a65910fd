import { invariant } from '../../warehouse/invariant.ts';
import { parseDecimal } from '../../warehouse/money.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import { csvRecords } from '../render/csv-records.ts';
import { type JournalSource, type Posting, streamPostings } from './read.ts';

const COLUMNS = [
  ...['period', 'journal_on', 'journal_id', 'journal_kind', 'source_reference'],
  ...['account', 'account_owner_id', 'currency', 'posting_amount'],
] as const satisfies readonly (keyof Posting)[];

/**
 * Every posting of a closed period as CSV, chunk by chunk: RFC 4180 in UTF-8 with CRLF and a header, amounts with nine decimal places,
 * debits positive, ids as they are. Throws `InvariantBroken` at the end if count or sums are not those of the ledger, so that a reader
 * sees a broken transfer, not a whole file.
 */
export async function* exactCsv(
  warehouse: Pick<Warehouse, 'stream'>,
  { period, close, balances }: Pick<JournalSource, 'period' | 'close' | 'balances'>,
): AsyncGenerator<string> {
  const left = new Map(
    balances.map(({ account, currency, opening_amount, closing_amount }) => [
      `${account} ${currency}`,
      parseDecimal(closing_amount) - parseDecimal(opening_amount),
    ]),
  );
  let count = 0n;
  yield csvRecords([COLUMNS]);
  for await (const rows of streamPostings(warehouse, period)) {
    if (rows.length === 0) continue;
    for (const { account, currency, posting_amount } of rows) {
      const key = `${account} ${currency}`;
      left.set(key, (left.get(key) ?? 0n) - parseDecimal(posting_amount));
    }
    count += BigInt(rows.length);
    yield csvRecords(rows.map(recordOf));
  }
  const odd = [...left].filter(([, nanos]) => nanos !== 0n).map(([key]) => key);
  invariant(
    count === close.posting_count && odd.length === 0,
    `The journal of ${period} must have the ${close.posting_count} postings of the ledger, not ${count}; sums differ in ${odd.join(', ') || 'no account'}.`,
  );
}

function recordOf(posting: Posting): string[] {
  return COLUMNS.map((column) => (column === 'posting_amount' ? nineDecimals(posting[column]) : posting[column]));
}

/** `-12.5` → `-12.500000000`. */
export function nineDecimals(amount: string): string {
  const [whole = '', fraction = ''] = amount.split('.');
  return `${whole}.${fraction.padEnd(9, '0')}`;
}
