/**
 * A statement as a plain value: composed once from the books, then rendered as JSON, CSV, XLSX and PDF, all of which say
 * the same. One statement is one creator, one period, one currency. Amounts are decimal strings: those named `*_exact`
 * have up to nine places, all others the places of the currency ("12.50"). Nothing in here depends on when it is rendered.
 */
export interface StatementDocument {
  readonly schema_version: '1';
  readonly statement_id: string;
  /** Who owes the money. */
  readonly issuer: { readonly name: string };
  readonly creator: { readonly creator_id: string; readonly name: string; readonly country: string };
  /** `2026-01`. */
  readonly period: string;
  /** The period's first and last day, `2026-01-01`. */
  readonly period_starts_on: string;
  readonly period_ends_on: string;
  /** When the period was closed: the date on the statement. UTC instant. */
  readonly closed_at: string;
  readonly currency: string;
  readonly summary: StatementSummary;
  readonly rounding: StatementRounding;
  readonly lines: readonly StatementLine[];
  readonly payouts: readonly StatementPayout[];
  readonly payout_decision: PayoutDecision;
  /** SHA-256 that freezes the books of the period; the same on every statement of it. */
  readonly seal: string;
}

/** opening + earnings − refunds + adjustments − payouts = closing. Refunds and payouts are what is subtracted. */
export interface StatementSummary {
  readonly opening: string;
  readonly earnings: string;
  readonly refunds: string;
  readonly adjustments: string;
  readonly payouts: string;
  readonly closing: string;
}

/** Fractions below a minor unit, which are owed and carried: carried_in + lines_exact = lines + carried_out. */
export interface StatementRounding {
  readonly carried_in_exact: string;
  readonly lines_exact: string;
  readonly lines: string;
  readonly carried_out_exact: string;
}

export type LineKind = 'earning' | 'refund' | 'adjustment';

/** Everything of one kind that one asset did under the same terms: one row of the statement. */
export interface StatementLine {
  readonly line_id: string;
  readonly kind: LineKind;
  readonly asset_id: string;
  readonly asset_title: string;
  readonly license_type: 'one_time' | 'subscription' | 'metered';
  /** The period in which it was earned: earlier than the statement's where it became known late. */
  readonly earned_period: string;
  /** How many purchases, payments, uses or refunds it adds up, as an integer. */
  readonly revenue_event_count: string;
  /** Units used, for metered use; else the count of licences. A decimal. */
  readonly units: string;
  /** This creator's part of what buyers paid (negative where it was given back), before the platform's fee. */
  readonly gross_exact: string;
  readonly platform_fee_exact: string;
  /** Rates in words for people: "20 %". */
  readonly platform_fee_rate: string;
  readonly share_rate: string;
  /** This creator's part before rounding, and after; negative for refunds. */
  readonly amount_exact: string;
  readonly amount: string;
  /** How the amount came about, as one sentence with the figures in it. */
  readonly formula: string;
  /** The version of the terms that applied. */
  readonly terms_id: string;
  /** The price in those terms: of a licence, of a subscription's period, or of a unit of metered use. A decimal. */
  readonly rate: string;
}

/** Money that left within the period. */
export interface StatementPayout {
  readonly payout_id: string;
  /** The period whose balance it paid. */
  readonly paid_period: string;
  readonly sent_on: string;
  readonly transfer_id_stripe: string;
  readonly amount: string;
}

/** What happens to the closing balance. */
export interface PayoutDecision {
  /** What is payable now; "0.00" if nothing is. */
  readonly amount: string;
  /** Part of the closing balance that an open dispute holds back. */
  readonly held: string;
  /** `payable`, or the reason for which nothing is paid. */
  readonly reason: string;
  /** The same as one sentence for the creator. */
  readonly explanation: string;
}
