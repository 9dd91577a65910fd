import { requirePresent } from '../../warehouse/invariant.ts';
import type { JournalEntry } from './document.ts';

/** By the kind of journal entry; `tests/reports/journal` compares it with the vocabulary. */
export const KIND_WORDS: Readonly<Record<string, string>> = {
  sale: 'Sales',
  refund: 'Refunds',
  lost_dispute: 'Lost disputes',
  usage: 'Metered use, for creators',
  usage_by_developer: 'Metered use, by buyers',
  rounding: 'Fractions carried forward',
  payout: 'Payouts',
  payout_reversal: 'Payouts that came back',
  withholding: 'Tax withheld of creators',
  correction: 'Corrections',
  suspense: 'Suspense',
  stripe: 'Balance transactions at Stripe',
  opening: 'Balances before the books',
  tax: 'Tax',
  invoice: 'Rounding of invoices',
  bank: 'Entries of the bank account',
};

/** `Sales`, or `Sales (2025-12)` if the journals are of an earlier month; in ASCII. */
export function entryInWords({ kind, earlier_month }: Pick<JournalEntry, 'kind' | 'earlier_month'>): string {
  const words = requirePresent(KIND_WORDS[kind], `Words for the kind ${kind} of a journal entry.`);
  return earlier_month === null ? words : `${words} (${earlier_month})`;
}

/**
 * On every export: it prepares, and decides nothing. The date is that of the descriptions of the formats that are followed; a change of
 * what is written moves it.
 */
export const RULE_SET_ON = '2026-11-26';
export const NOTICE =
  'These files are preparation data, neither a filing nor advice. Which account and tax code an amount belongs to is the choice of whoever keeps the accounts; it is in the accounting file.';
