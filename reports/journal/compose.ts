import { invariant, requirePresent } from '../../warehouse/invariant.ts';
import { parseDecimal, roundedMinor } from '../../warehouse/money.ts';
import type { Period } from '../../warehouse/period.ts';
import type { AccountName } from '../../warehouse/vocabulary/accounts.ts';
import { LEDGER_FIELDS } from '../../warehouse/vocabulary/ledger.ts';
import { assertTotals } from './assert-totals.ts';
import {
  type AccountTotal,
  EXPORT_ROUNDING,
  type ExportAccount,
  type Journal,
  type JournalEntry,
  type JournalLine,
} from './document.ts';
import type { DaySum, JournalSource } from './read.ts';

const KINDS: readonly string[] = requirePresent(LEDGER_FIELDS.journal_kind.values, 'The kinds of journal entries.');

/**
 * Sums up the postings by day, kind, currency and account, in minor units. The balance of every account is rounded to the minor unit,
 * half away from zero, and a line is the difference of two such balances: so exports of all periods sum to the ledger's balance, and
 * nothing adds up over time. Throws `InvariantBroken` if the totals are not those of the ledger.
 */
export function composeJournal(source: JournalSource): Journal {
  const { period, close, days, balances } = source;
  const running = new Map(balances.map((each) => [keyOf(each), parseDecimal(each.opening_amount)]));
  const entries: JournalEntry[] = [];
  for (const group of groupsOf(days, period)) {
    const lines = linesOf(group.sums, running);
    if (lines.length === 0) continue;
    const number = `${period}-${String(entries.length + 1).padStart(4, '0')}`;
    const { booked_on, kind, earlier_month, currency } = group;
    entries.push({ number, booked_on, kind, earlier_month, currency, lines });
  }
  const totals = totalsOf(source);
  const { cutoff_at, seal, posting_count } = close;
  const journal: Journal = { period, cutoff_at, seal, posting_count, entries, totals };
  assertTotals(journal);
  return journal;
}

type Group = Pick<JournalEntry, 'booked_on' | 'kind' | 'earlier_month' | 'currency'> & { sums: DaySum[] };

/** In the order in which they are booked. */
function groupsOf(days: readonly DaySum[], period: Period): Group[] {
  const groups = new Map<string, Group>();
  for (const sum of days) {
    const month = sum.journal_on.slice(0, 7);
    invariant(month <= period, `A journal of ${period} cannot be of ${sum.journal_on}, which is later.`);
    const isEarlier = month < period;
    const booked_on = isEarlier ? `${period}-01` : sum.journal_on;
    const kindOrder = KINDS.indexOf(sum.journal_kind);
    invariant(kindOrder >= 0, `The kind ${sum.journal_kind} of a journal entry is unknown.`);
    const key = [booked_on, String(kindOrder).padStart(3, '0'), isEarlier ? month : '', sum.currency].join(' ');
    const group = groups.get(key) ?? {
      ...{ booked_on, kind: sum.journal_kind, earlier_month: isEarlier ? month : null, currency: sum.currency },
      sums: [],
    };
    group.sums.push(sum);
    groups.set(key, group);
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group);
}

/** Changes the running balances. */
function linesOf(sums: readonly DaySum[], running: Map<string, bigint>): JournalLine[] {
  const lines = new Map<ExportAccount, bigint>();
  let left = 0n;
  for (const sum of sums) {
    const key = keyOf(sum);
    const before = requirePresent(running.get(key), `A balance of ${key}.`);
    const after = before + parseDecimal(sum.posting_amount);
    running.set(key, after);
    const amount = roundedMinor(after, sum.currency) - roundedMinor(before, sum.currency);
    const account = sum.account as AccountName;
    lines.set(account, (lines.get(account) ?? 0n) + amount);
    left -= amount;
  }
  lines.set(EXPORT_ROUNDING, left);
  const order = ([account]: readonly [ExportAccount, bigint]): string => (account === EXPORT_ROUNDING ? '~' : account);
  return [...lines]
    .toSorted((a, b) => (order(a) < order(b) ? -1 : 1))
    .flatMap(([account, amount_minor]) => (amount_minor === 0n ? [] : [{ account, amount_minor }]));
}

/** The totals by the ledger's own balances at both ends of the period, not by the entries. */
function totalsOf({ balances }: JournalSource): AccountTotal[] {
  const rounding = new Map<string, { opening: bigint; closing: bigint }>();
  const totals = balances.map(({ account, currency, opening_amount, closing_amount }): AccountTotal => {
    const opening_minor = roundedMinor(parseDecimal(opening_amount), currency);
    const closing_minor = roundedMinor(parseDecimal(closing_amount), currency);
    const { opening, closing } = rounding.get(currency) ?? { opening: 0n, closing: 0n };
    rounding.set(currency, { opening: opening - opening_minor, closing: closing - closing_minor });
    return { account: account as AccountName, currency, opening_minor, closing_minor };
  });
  const left = [...rounding].sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    ...totals,
    ...left.map(([currency, { opening, closing }]) => ({
      ...({ account: EXPORT_ROUNDING, currency, opening_minor: opening, closing_minor: closing } as const),
    })),
  ];
}

const keyOf = ({ account, currency }: { account: string; currency: string }): string => `${account} ${currency}`;
