import type { ExceptionReason } from '../../../warehouse/vocabulary/exceptions.ts';
import type { PayeeStatus } from '../../../warehouse/vocabulary/tax.ts';
import type { Fact, RawEvent, RawRow, Suspended } from './facts.ts';
import type { Rights } from './rights.ts';
import type { Share, Terms } from './terms.ts';

/** What one creator is credited or debited for a movement: a sale, a refund, a lost dispute, or the uses of a group. */
export interface Royalty extends Share {
  /** The id of the sale, refund or dispute; of uses, their terms, fee and month. */
  readonly movement: string;
  readonly kind: 'earning' | 'refund' | 'adjustment';
  readonly saleId: string | undefined;
  readonly correction: Corrected | undefined;
  readonly creatorId: string;
  readonly currency: string;
  readonly terms: Terms;
  readonly feeBps: bigint;
  readonly earned: string;
  /** Of what changes a sale or use of an earlier period: what was left of its price or units before and after. */
  readonly change?: { readonly key: string; readonly before: bigint; readonly after: bigint } | undefined;
  /** The number of sales or uses, and their units; reductions have those of the sale. */
  readonly count: bigint;
  readonly units: bigint;
  /** What the uses of a group are worth, and whose they are. */
  readonly uses?: readonly { readonly amount: bigint; readonly developerId: string | null | undefined }[];
}

/** The correction that a movement books, and what it corrects. */
export interface Corrected {
  readonly id: string;
  readonly kind: string;
  readonly correctedId: string;
}

/** A sale that is booked, and what became of it. */
export interface Sale {
  readonly id: string;
  readonly terms: Terms;
  readonly feeBps: bigint;
  readonly currency: string;
  readonly amount: bigint;
  readonly earned: string;
  readonly bookedIn: string;
  /** The refunds and lost disputes that are booked and not void, as they were reported. */
  readonly reductions: Map<string, bigint>;
  isVoid: boolean;
}

/** A use as it was rated when it was booked, or void before that. */
export interface Use {
  readonly terms: Terms | undefined;
  readonly feeBps: bigint | undefined;
  readonly earned: string;
  readonly bookedIn: string;
  readonly reason: ExceptionReason | undefined;
}

/** A fact that needs a look: a booked sale whose payment is in doubt, or a fact of which another report says something else. */
export interface Flagged {
  readonly fact: Fact;
  readonly reason: ExceptionReason;
  readonly since: string;
  /** The later report with other content. */
  readonly other?: RawRow;
}

export interface StatementLine {
  readonly creatorId: string;
  readonly currency: string;
  readonly kind: Royalty['kind'];
  readonly correction: Corrected | undefined;
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
  readonly withheld: bigint;
  readonly payouts: bigint;
  readonly payoutReversals: bigint;
  readonly closing: bigint;
  readonly held: bigint;
  readonly paidAhead: bigint;
  readonly payable: bigint;
  readonly reason: string;
}

/** The tax that a period withholds of what a creator was credited on a day, or gives back, in minor units, and what it follows from. */
export interface Withholding {
  readonly creatorId: string;
  readonly currency: string;
  readonly creditedOn: string;
  readonly payerCountry: string;
  readonly status: PayeeStatus;
  readonly basis: 'documented' | 'assumed';
  readonly ruleId: string;
  readonly ppm: bigint;
  readonly credited: bigint;
  readonly taxable: bigint;
  readonly minor: bigint;
  readonly ofYear: bigint;
  readonly notGivenBack: bigint;
}

/** By what tax was withheld of a creator in a month. */
export interface Status {
  readonly payerCountry: string;
  readonly status: PayeeStatus;
  readonly basis: 'documented' | 'assumed';
  readonly ruleId: string;
  readonly ppm: bigint;
  readonly isPayerSourceOnly: boolean;
}

/** By the law of which country a payer withholds, and how it treats creators without a form. */
export interface TaxSettings {
  readonly payerCountry: string;
  readonly treatment: string;
}

/** A month of whose royalties tax was withheld, as its closing knew payers, developers and creators. */
export interface TaxedMonth {
  readonly creditedOn: string;
  /** By the id of the payer. */
  readonly settings: ReadonlyMap<string, TaxSettings>;
  readonly developers: ReadonlyMap<string, RawRow>;
  readonly statuses: Map<string, Status>;
}

/** What is left of what a creator was credited in a month, and what was withheld of it, by the year in which. */
export interface Credit {
  left: bigint;
  taxable: bigint;
  readonly withheld: Map<string, bigint>;
  notGivenBack: bigint;
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

/** What is owed in tax for a sale at the end of a period, by the account that it is against: as the buyer owes it, or as Stripe has withdrawn it. */
export interface Tax {
  readonly saleId: string;
  readonly account: 'buyers_receivable' | 'disputes';
  readonly currency: string;
  readonly amount: bigint;
}

/** What came back of a payout. */
export interface Reversal {
  readonly payout: Fact;
  readonly amount: bigint;
}

/** The books of a closed period. Lists of one row per creator and currency are keyed by both. */
export interface ClosedPeriod {
  readonly period: string;
  readonly royalties: readonly Royalty[];
  readonly lines: readonly StatementLine[];
  readonly carries: ReadonlyMap<string, Carry>;
  readonly withholdings: readonly Withholding[];
  readonly balances: ReadonlyMap<string, Balance>;
  readonly suspended: ReadonlyMap<string, Suspended>;
  readonly flagged: ReadonlyMap<string, Flagged>;
  readonly totals: readonly Totals[];
  /** The taxes that are owed at the end of the period, and at the end of the one before. */
  readonly taxes: ReadonlyMap<string, Tax>;
  readonly taxesBefore: ReadonlyMap<string, Tax>;
}

/** What corrections have done to a fact, before the period and by its end, and by which correction of the period. */
export interface VoidState {
  readonly was: boolean;
  readonly is: boolean;
  readonly correction: { readonly id: string; readonly recordedAt: string; readonly occurredAt: string } | undefined;
}

/** What is known at a closing, and what earlier closings booked. */
export interface Books {
  readonly period: string;
  readonly endsAt: string;
  readonly booksStartAt: string;
  readonly known: readonly RawEvent[];
  /** The cutoff of the period before; empty for the first one. */
  readonly recordedFrom: string;
  readonly facts: ReadonlyMap<string, Fact>;
  readonly terms: readonly Terms[];
  readonly rights: Rights;
  readonly booked: Set<string>;
  readonly sales: Map<string, Sale>;
  readonly uses: Map<string, Use>;
  /** The parts of uses that are void, by use and by the first correction of their chain. */
  readonly parts: Map<string, Map<string, bigint>>;
  /** The correction that each thing has, by its kind and id. */
  readonly claims: Map<string, string>;
  readonly previous: ClosedPeriod | undefined;
  /** The royalties of all periods. */
  readonly royalties: Royalty[];
  /** The months of which tax was withheld, by period; and their credits, by creator, currency and day. */
  readonly taxedMonths: Map<string, TaxedMonth>;
  readonly credits: Map<string, Credit>;
  /** The closings that left more of a sale or use credited than any before, by its key, in order, and how much. */
  readonly leftAt: Map<string, { readonly creditedIn: string; readonly level: bigint }[]>;
  /** What was withheld of each creator and currency, by payer and year. */
  readonly yearsOfTax: Map<string, bigint>;
  /** What each correction is about, by its id. */
  readonly roots: ReadonlyMap<string, { readonly kind: string; readonly correctedId: string }>;
  readonly voids: ReadonlyMap<string, VoidState>;
  /** Lost disputes that are to stand again, but cannot be booked. */
  readonly stillVoid: Set<string>;
  /** Filled in as the period is booked. */
  readonly suspended: Map<string, Suspended>;
  readonly flagged: Map<string, Flagged>;
  readonly payouts: Fact[];
  /** The payouts of all periods that are booked, by id, and what of each came back. */
  readonly paidOut: Map<string, Fact>;
  readonly cameBack: Map<string, bigint>;
  readonly payoutReversals: Reversal[];
}

export function keyOf({ creatorId, currency }: { creatorId: string; currency: string }): string {
  return `${creatorId} ${currency}`;
}
