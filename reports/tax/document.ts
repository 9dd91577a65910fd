import type { Period } from '../../warehouse/period.ts';

/** The amounts of a quarter, in minor units. */
export interface QuarterAmounts {
  /** Royalties credited. */
  readonly credited_minor: bigint;
  /** What refunds, lost disputes and corrections changed of royalties; mostly negative. */
  readonly taken_back_minor: bigint;
  /** Adjustments of the balance, which are no royalties. */
  readonly adjusted_minor: bigint;
  /** The platform's fee on the royalties, rounded once for the quarter. */
  readonly fee_minor: bigint;
  readonly withheld_minor: bigint;
  /** Payouts that left in the quarter, and what came back in it. */
  readonly sent_minor: bigint;
  readonly returned_minor: bigint;
  /** How many sales and uses were credited. */
  readonly activity_count: bigint;
}

export type AmountName = keyof QuarterAmounts;

/** What was withheld of a creator by one rule; `taxable_amount` is exact, and the part that is of the payer's country. */
export interface RuleAmounts {
  /** The day of a credit of an earlier year that was changed in the year; null of what was credited in the year. */
  readonly earlier_on: string | null;
  readonly payer_country: string;
  readonly payee_status: string;
  readonly withholding_rule_id: string;
  readonly withholding_rate_ppm: bigint;
  readonly taxable_amount: string;
  readonly withheld_minor: bigint;
}

/** A creator's year in one currency. */
export interface CreatorYear {
  readonly creator_id: string;
  readonly currency: string;
  /** January to March first. */
  readonly quarters: readonly QuarterAmounts[];
  /** None if no tax was withheld. */
  readonly rules: readonly RuleAmounts[];
  /**
   * What was taken back in the year of royalties that were credited in earlier years, and of the platform's fee on them, as negative numbers in minor
   * units; it is a part of `taken_back_minor` and of `fee_minor`.
   */
  readonly earlier_minor: bigint;
  readonly earlier_fee_minor: bigint;
  /** Whether royalties were credited in a month for which there were no settings of withholding. */
  readonly has_month_without_rule: boolean;
}

/** A calendar year of the ledger. */
export interface TaxYear {
  readonly year: string;
  /** The months that are credited in it: from December of the year before to November. */
  readonly first_period: Period;
  readonly last_period: Period;
  /** The cutoff and the seal of the last closing that counts for the year. */
  readonly cutoff_at: string;
  readonly seal: string;
  readonly creators: readonly CreatorYear[];
}
