/**
 * A statement as a plain value: composed once from the closed books, then rendered as JSON, CSV, XLSX and PDF with the
 * same contents. There is one statement per creator, period and currency. Amounts are decimal strings: those named `*_exact`
 * have up to nine decimal places, all others those of the currency ("12.50"). Nothing depends on the time of rendering.
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
  /** The SHA-256 seal of the period's books; the same on every statement of the period. */
  readonly seal: string;
}

/** opening + earnings − refunds + adjustments − payouts = closing. Refunds and payouts are subtracted, so they are positive. */
export interface StatementSummary {
  readonly opening: string;
  readonly earnings: string;
  readonly refunds: string;
  readonly adjustments: string;
  readonly payouts: string;
  readonly closing: string;
}

/** Fractions of a minor unit, which are owed and carried forward: carried_in + lines_exact = lines + carried_out. */
export interface StatementRounding {
  readonly carried_in_exact: string;
  readonly lines_exact: string;
  readonly lines: string;
  readonly carried_out_exact: string;
}

export type LineKind = 'earning' | 'refund' | 'adjustment';

/** One row of the statement: all movements of one kind of one asset under the same terms. */
export interface StatementLine {
  readonly line_id: string;
  readonly kind: LineKind;
  readonly asset_id: string;
  readonly asset_title: string;
  readonly license_type: 'one_time' | 'subscription' | 'metered';
  /** The period in which it was earned: earlier than the statement's if it was recorded late. */
  readonly earned_period: string;
  /** The number of purchases, payments, uses or refunds in the line, an integer. */
  readonly revenue_event_count: string;
  /** Units used, for metered use; otherwise the number of licences. A decimal. */
  readonly units: string;
  /** This creator's share of what buyers paid, before the platform fee; negative for refunds. */
  readonly gross_exact: string;
  readonly platform_fee_exact: string;
  /** Rates for display: "20 %". */
  readonly platform_fee_rate: string;
  readonly share_rate: string;
  /** This creator's amount before and after rounding; negative for refunds. */
  readonly amount_exact: string;
  readonly amount: string;
  /** The calculation of the amount as one sentence. */
  readonly formula: string;
  /** The version of the terms in force. */
  readonly terms_id: string;
  /** The price in these terms: per licence, per subscription period or per unit of metered use. A decimal. */
  readonly rate: string;
}

/** A payout sent during the period. */
export interface StatementPayout {
  readonly payout_id: string;
  /** The period whose balance was paid out. */
  readonly paid_period: string;
  readonly sent_on: string;
  readonly transfer_id_stripe: string;
  readonly amount: string;
}

/** What is done with the closing balance. */
export interface PayoutDecision {
  /** The amount payable now; "0.00" if nothing is. */
  readonly amount: string;
  /** The part of the closing balance that is held because of an open dispute. */
  readonly held: string;
  /** `payable`, or the reason why nothing is paid. */
  readonly reason: string;
  /** The same in words for the creator. */
  readonly explanation: string;
}
