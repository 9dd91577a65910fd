import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AccountingFile } from '../../../reports/journal/accounting-file.ts';
import { composeJournal } from '../../../reports/journal/compose.ts';
import { EXPORT_ROUNDING } from '../../../reports/journal/document.ts';
import type { DaySum, JournalSource } from '../../../reports/journal/read.ts';
import { renderJournal } from '../../../reports/journal/render.ts';
import { requireExponent } from '../../../warehouse/currencies.ts';
import { decimalOf, decimalToMinor, parseDecimal } from '../../../warehouse/money.ts';
import { type Period, parsePeriod } from '../../../warehouse/period.ts';
import { ACCOUNT_NAMES } from '../../../warehouse/vocabulary/accounts.ts';

const MONTHS = ['2025-12', '2026-01', '2026-02'].map(parsePeriod);
const CURRENCIES = ['JPY', 'KWD', 'USD'];
const ACCOUNTS = ACCOUNT_NAMES.slice(0, 5);

/** A journal entry in exact amounts: what is left over is on the last account. */
const journal = fc.record({
  month: fc.nat(2),
  /** How many months before it happened. */
  late: fc.constantFrom(0, 0, 0, 1, 4),
  day: fc.integer({ min: 1, max: 4 }),
  kind: fc.constantFrom('sale', 'usage', 'refund'),
  currency: fc.constantFrom(...CURRENCIES),
  amounts: fc.array(
    fc.oneof(
      fc.bigInt({ min: -3_000_000_000n, max: 3_000_000_000n }),
      // Half a minor unit of each currency.
      fc.constantFrom(500_000_000n, -500_000_000n, 5_000_000n, -5_000_000n, 500_000n, -500_000n),
    ),
    { minLength: 1, maxLength: 4 },
  ),
});
type Drawn = typeof journal extends fc.Arbitrary<infer T> ? T : never;

interface Posted {
  readonly month: number;
  readonly sum: DaySum;
}

function postedBy({ month, late, day, kind, currency, amounts }: Drawn): Posted[] {
  const happened = new Date(Date.UTC(2025, 11 + month - late, day)).toISOString().slice(0, 10);
  const rest = -amounts.reduce((sum, amount) => sum + amount, 0n);
  return [...amounts, rest].map((amount, index) => ({
    month,
    sum: {
      ...{ journal_on: happened, journal_kind: kind, currency, account: ACCOUNTS[index] ?? '' },
      ...{ posting_amount: decimalOf(amount), posting_count: 1n },
    },
  }));
}

const sumOf = (posted: readonly Posted[]): bigint =>
  posted.reduce((total, { sum }) => total + parseDecimal(sum.posting_amount), 0n);

/** As the ledger would be read: a row for each posting stands for a sum. */
function sourceOf(posted: readonly Posted[], month: number): JournalSource {
  const balances = CURRENCIES.flatMap((currency) =>
    ACCOUNTS.map((account) => {
      const own = posted.filter(({ sum }) => sum.currency === currency && sum.account === account);
      const before = own.filter((each) => each.month < month);
      const closing = own.filter((each) => each.month <= month);
      return { account, currency, opening_amount: decimalOf(sumOf(before)), closing_amount: decimalOf(sumOf(closing)) };
    }),
  );
  const days = posted.filter((each) => each.month === month).map(({ sum }) => sum);
  const period = MONTHS[month] as Period;
  const close = { cutoff_at: '2026-03-01T00:00:00.000Z', seal: '', posting_count: BigInt(days.length) };
  return { period, days, balances, close: close as JournalSource['close'] };
}

const FILE: AccountingFile = {
  file_hash: '',
  quickbooks: {
    date_form: 'YYYY-MM-DD',
    accounts: Object.fromEntries([...ACCOUNTS, EXPORT_ROUNDING].map((account) => [account, { account, name: null }])),
  },
};

/** The debits less the credits of the files by journal, and by account and currency. */
function readFiles(source: JournalSource): { journals: Map<string, bigint>; accounts: Map<string, bigint> } {
  const [journals, accounts] = [new Map<string, bigint>(), new Map<string, bigint>()];
  const add = (sums: Map<string, bigint>, key: string, minor: bigint) => sums.set(key, (sums.get(key) ?? 0n) + minor);
  const files = renderJournal(composeJournal(source), { format: 'quickbooks', file: FILE });
  for (const { bytes } of files.filter(({ name }) => name.startsWith('quickbooks'))) {
    for (const record of bytes.toString().trimEnd().split('\r\n').slice(1)) {
      // Only quoted descriptions have a comma inside.
      const [number = '', , account = '', debit, credit, ...rest] = record.replace(/"[^"]*"/g, '').split(',');
      const currency = rest[2] ?? '';
      const minor = debit ? decimalToMinor(debit, currency) : -decimalToMinor(credit ?? '', currency);
      add(journals, number, minor);
      add(accounts, `${account} ${currency}`, minor);
    }
  }
  return { journals, accounts };
}

/** Half away from zero, by the digits of the decimal. */
function roundedByDigits(nanos: bigint, currency: string): bigint {
  const places = requireExponent(currency);
  const digits = (nanos < 0n ? -nanos : nanos).toString().padStart(10, '0');
  const kept = BigInt(digits.slice(0, digits.length - 9 + places));
  const rounded = (digits[digits.length - 9 + places] ?? '0') >= '5' ? kept + 1n : kept;
  return nanos < 0n ? -rounded : rounded;
}

test('what all months export sums to the balance of each account in the ledger, rounded to the minor unit', () => {
  fc.assert(
    fc.property(fc.array(journal, { maxLength: 25 }), (drawn) => {
      const posted = drawn.flatMap(postedBy);
      const reached = new Map<string, bigint>();
      for (const month of MONTHS.keys()) {
        const { journals, accounts } = readFiles(sourceOf(posted, month));
        expect([...journals.values()].filter((left) => left !== 0n)).toEqual([]);
        for (const [key, minor] of accounts) reached.set(key, (reached.get(key) ?? 0n) + minor);
        for (const currency of CURRENCIES) {
          let left = 0n;
          for (const account of ACCOUNTS) {
            const own = posted.filter(
              (each) => each.month <= month && each.sum.currency === currency && each.sum.account === account,
            );
            const rounded = roundedByDigits(sumOf(own), currency);
            left -= rounded;
            expect(reached.get(`${account} ${currency}`) ?? 0n).toBe(rounded);
          }
          expect(reached.get(`${EXPORT_ROUNDING} ${currency}`) ?? 0n).toBe(left);
        }
      }
    }),
    { numRuns: 60 },
  );
});
