import type { Period } from '../../warehouse/period.ts';
import type { AccountName } from '../../warehouse/vocabulary/accounts.ts';

/** Takes what rounding to minor units leaves over. It exists in exports only. */
export const EXPORT_ROUNDING = 'export_rounding';

export type ExportAccount = AccountName | typeof EXPORT_ROUNDING;

/** Positive for a debit, negative for a credit; never 0. */
export interface JournalLine {
  readonly account: ExportAccount;
  readonly amount_minor: bigint;
}

/** A summary entry: what one kind of journal entry has moved on one day, in one currency. Its lines sum to zero. */
export interface JournalEntry {
  /** Unique in the ledger: `2026-01-0001`. */
  readonly number: string;
  /** The day of the journal, or the first day of the period if it is earlier. */
  readonly booked_on: string;
  readonly kind: string;
  /** The month of the journal if it is before the period: `2025-12`. */
  readonly earlier_month: string | null;
  readonly currency: string;
  readonly lines: readonly JournalLine[];
}

/** An account in minor units: opening + the lines of all entries = closing. */
export interface AccountTotal {
  readonly account: ExportAccount;
  readonly currency: string;
  readonly opening_minor: bigint;
  readonly closing_minor: bigint;
}

/** The journal of a closed period in minor units. */
export interface Journal {
  readonly period: Period;
  /** The cutoff of the closing. */
  readonly cutoff_at: string;
  readonly seal: string;
  readonly posting_count: bigint;
  readonly entries: readonly JournalEntry[];
  readonly totals: readonly AccountTotal[];
}
