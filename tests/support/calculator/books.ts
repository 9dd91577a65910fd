import type { Fact, RawEvent, Suspended } from './facts.ts';
import type { Rights } from './rights.ts';
import type { Share, Terms } from './terms.ts';

/** What one creator is credited or debited for a movement: a sale, a refund, a lost dispute, or the uses of a group. */
export interface Royalty extends Share {
  /** The id of the sale, refund or dispute; of uses, their terms, fee and month. */
  readonly movement: string;
  readonly kind: 'earning' | 'refund' | 'adjustment';
  readonly saleId: string | undefined;
  readonly creatorId: string;
  readonly currency: string;
  readonly terms: Terms;
  readonly feeBps: bigint;
  readonly earned: string;
  /** The number of sales or uses, and their units; reductions have those of the sale. */
  readonly count: bigint;
  readonly units: bigint;
}

/** A sale that is booked, and what became of it. */
export interface Sale {
  readonly id: string;
  readonly terms: Terms;
  readonly feeBps: bigint;
  readonly currency: string;
  readonly amount: bigint;
  left: bigint;
  /** The refunds and lost disputes that are booked, as they were reported. */
  reducedAmount: bigint;
  reductionCount: bigint;
}

export interface StatementLine {
  readonly creatorId: string;
  readonly currency: string;
  readonly kind: Royalty['kind'];
  readonly termsId: string;
  readonly feeBps: bigint;
  readonly earned: string;
  readonly count: bigint;
  readonly units: bigint;
  readonly gross: bigint;
  readonly royalty: bigint;
  minor: bigint;
}

export interface Carry {
  readonly creatorId: string;
  readonly currency: string;
  readonly carriedIn: bigint;
  readonly carriedOut: bigint;
}

export interface Balance extends Carry {
  readonly opening: bigint;
  readonly earnings: bigint;
  readonly refunds: bigint;
  readonly adjustments: bigint;
  readonly payouts: bigint;
  readonly closing: bigint;
  readonly held: bigint;
  readonly paidAhead: bigint;
  readonly payable: bigint;
  readonly reason: string;
}

export interface Totals {
  readonly currency: string;
  readonly buyersNet: bigint;
  readonly creators: bigint;
  readonly platformFee: bigint;
  readonly refunds: bigint;
  readonly rounding: bigint;
  readonly suspense: bigint;
}

/** The books of a closed period. Lists of one row per creator and currency are keyed by both. */
export interface ClosedPeriod {
  readonly period: string;
  readonly royalties: readonly Royalty[];
  readonly lines: readonly StatementLine[];
  readonly carries: ReadonlyMap<string, Carry>;
  readonly balances: ReadonlyMap<string, Balance>;
  readonly suspended: ReadonlyMap<string, Suspended>;
  readonly totals: readonly Totals[];
}

/** What is known at a closing, and what earlier closings booked. */
export interface Books {
  readonly period: string;
  readonly endsAt: string;
  readonly booksStartAt: string;
  readonly known: readonly RawEvent[];
  readonly facts: ReadonlyMap<string, Fact>;
  readonly terms: readonly Terms[];
  readonly rights: Rights;
  readonly booked: Set<string>;
  readonly sales: Map<string, Sale>;
  readonly previous: ClosedPeriod | undefined;
  /** The royalties of all periods. */
  readonly royalties: Royalty[];
  /** Filled in as the period is booked. */
  readonly suspended: Map<string, Suspended>;
  readonly payouts: Fact[];
}

export function keyOf({ creatorId, currency }: { creatorId: string; currency: string }): string {
  return `${creatorId} ${currency}`;
}
