import { type Close, closeOf } from '../../transforms/ledger/closing.ts';
import type { postings } from '../../transforms/marts/postings.ts';
import { Conflict } from '../../warehouse/errors.ts';
import { invariant } from '../../warehouse/invariant.ts';
import { readQueries } from '../../warehouse/named-queries.ts';
import type { Period } from '../../warehouse/period.ts';
import type { Row } from '../../warehouse/vocabulary/tables.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';

export type Posting = Row<typeof postings>;

/** The postings of one day, kind, currency and account, summed over journals and owners. */
export type DaySum = Pick<Posting, 'journal_on' | 'journal_kind' | 'currency' | 'account' | 'posting_amount'> & {
  readonly posting_count: bigint;
};

/** An account before a period and at its end, summed over its owners. */
export type AccountBalance = Pick<Posting, 'account' | 'currency'> & {
  readonly opening_amount: string;
  readonly closing_amount: string;
};

/** The ledger of a closed period, as journals are composed from it. */
export interface JournalSource {
  readonly period: Period;
  readonly close: Close;
  readonly days: readonly DaySum[];
  readonly balances: readonly AccountBalance[];
}

type Reader = Pick<Warehouse, 'query' | 'stream'>;

const QUERIES = readQueries(import.meta.url, 'journal.queries.sql', {
  postings: ['period'],
  day_sums: ['period'],
  balances_of_accounts: ['period'],
  out_of_balance: ['period'],
});

/**
 * Reads the ledger alone. Throws `Conflict` while the period is open, `InvariantBroken` if a journal entry does not sum to zero or if
 * postings are missing or added since the closing.
 */
export async function readJournalSource(warehouse: Reader, period: Period): Promise<JournalSource> {
  const close = await closeOf(warehouse, period);
  if (!close)
    throw new Conflict(`The journal of ${period} cannot be exported, because the period is open; close it first.`);
  const [odd] = await warehouse.query<Row<typeof postings>>(...QUERIES.out_of_balance(period));
  invariant(
    !odd,
    `A journal entry must sum to zero, but ${odd?.journal_id} sums to ${odd?.posting_amount} ${odd?.currency}.`,
  );
  const days = await warehouse.query<DaySum>(...QUERIES.day_sums(period));
  const count = days.reduce((sum, { posting_count }) => sum + posting_count, 0n);
  invariant(
    count === close.posting_count,
    `${period} was closed with ${close.posting_count} postings, but the ledger has ${count}; run verify ${period}.`,
  );
  const balances = await warehouse.query<AccountBalance>(...QUERIES.balances_of_accounts(period));
  return { period, close, days, balances };
}

/** Every posting of a period in chunks, in a stable order. */
export function streamPostings(warehouse: Pick<Warehouse, 'stream'>, period: Period): AsyncIterable<Posting[]> {
  return warehouse.stream<Posting>(...QUERIES.postings(period));
}
