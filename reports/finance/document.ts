/** The reconciliation of a month with Stripe, as finance reads it. Every amount is a decimal string in the currency beside it. */
export interface FinanceReport {
  readonly schema_version: '1';
  readonly period: string;
  /** When it was composed: the report shows the last comparison and what people had decided by then. */
  readonly composed_at: string;
  readonly issuer: string;
  readonly verdict: string;
  readonly reason: string;
  readonly breaks_by_state: { readonly open: number; readonly in_grace: number; readonly acknowledged: number };
  readonly balances: readonly ReportedBalance[];
  readonly bank_payouts: readonly ReportedPayout[];
  /** Payouts of creators' accounts to their banks that came back, as recorded in the month. */
  readonly returned_payouts: readonly ReportedReturn[];
  /** Creators' accounts that owe Stripe money when the report is composed. */
  readonly negative_balances: readonly ReportedNegative[];
  readonly matched: readonly ReportedSum[];
  /** The lines of Stripe's own reports of the month, if they were imported, that its balance transactions do not give. */
  readonly stripe_reports: readonly ReportedDifference[];
  readonly breaks: readonly ReportedBreak[];
  /** Who let payouts of the month be made without a comparison that was new enough, and why. */
  readonly comparison_overrides: readonly ReportedOverride[];
}

export interface ReportedOverride {
  /** The number of the batch of payouts. */
  readonly sequence: number;
  readonly sentence: string;
  readonly overridden_by: string;
  readonly overridden_at: string;
}

/** From the opening to the closing balance of one balance at Stripe in one currency, by the categories of Stripe's own reports. */
export interface ReportedBalance {
  /** Stripe's name of the balance: `payments` … */
  readonly balance_type: string;
  readonly currency: string;
  readonly opening: string;
  readonly activity: readonly ReportedCategory[];
  readonly activity_total: ReportedCategory;
  readonly payouts: readonly ReportedCategory[];
  readonly payouts_total: ReportedCategory;
  readonly closing: string;
  /** The balance that Stripe itself gave, as of the end of the month; null if it was never read. */
  readonly at_stripe: string | null;
  /** What Stripe's balance is more than the closing balance; null if it was never read. */
  readonly residual: string | null;
  /** The account of the books for it; null if it is not booked. */
  readonly booked: string | null;
}

/** Balance transactions of a category: net = gross − fee. */
export interface ReportedCategory {
  readonly category: string;
  readonly count: number;
  readonly gross: string;
  readonly fee: string;
  readonly net: string;
}

/** A payout to the bank: it leaves the balance when it is created, and Stripe's reports count an automatic one when it arrives. */
export interface ReportedPayout {
  readonly payout_id_stripe: string;
  readonly created_on: string;
  readonly arrives_on: string;
  readonly status: string;
  readonly currency: string;
  readonly amount: string;
}

/** A payout of a connected account to its bank that failed, was returned, canceled or taken back. */
export interface ReportedReturn {
  readonly payout_id_stripe: string;
  readonly account_id_stripe: string;
  readonly creator_id: string | null;
  readonly created_on: string;
  readonly recorded_on: string;
  readonly result: string;
  /** Stripe's code. */
  readonly reason: string | null;
  readonly currency: string;
  readonly amount: string;
}

/** A negative balance of a connected account, as last read. */
export interface ReportedNegative {
  readonly account_id_stripe: string;
  readonly creator_id: string | null;
  readonly currency: string;
  readonly available: string;
  readonly pending: string;
  readonly read_on: string;
}

/** What was compared, by kind and result. */
export interface ReportedSum {
  readonly kind: string;
  readonly result: string;
  readonly currency: string;
  readonly count: number;
  /** Null for what only Stripe has, and that explains itself. */
  readonly our_books: string | null;
  readonly stripe: string;
  /** What it became in the balance, where Stripe has converted it: `26.10 USD`. */
  readonly settled_as: string | null;
}

/** A line of a report of Stripe's and the same from the balance transactions that were pulled; differences are what the report has more. */
export interface ReportedDifference {
  /** Stripe's name of the report: `balance.summary.1`. */
  readonly report: string;
  readonly currency: string;
  /** Stripe's category, or the line of the bridge that is a sum: `activity`, `closing` … */
  readonly line: string;
  /** Null if the report does not say. */
  readonly reported_count: number | null;
  readonly pulled_count: number;
  /** Null if the report does not have the line. */
  readonly reported_net: string | null;
  readonly pulled_net: string;
  /** Null if the report does not say; so for the fees, which a report has negative. */
  readonly gross_difference: string | null;
  readonly fee_difference: string | null;
  readonly net_difference: string;
}

export interface ReportedBreak {
  /** The currency of the amount at Stripe, in which the buyer paid. */
  readonly stripe_currency: string | null;
  readonly break_id: string;
  readonly break_class: string;
  readonly priority: string;
  readonly state: string;
  readonly currency: string;
  /** Null if that side does not have it. */
  readonly our_books: string | null;
  readonly stripe: string | null;
  readonly settled: string | null;
  readonly settled_currency: string | null;
  readonly age_days: number;
  readonly first_seen_at: string | null;
  readonly owner: string | null;
  readonly what_happened: string;
  readonly whose_money: string;
  readonly creators: readonly string[];
  readonly what_to_do: string;
  /** The last one first. */
  readonly acknowledgements: readonly {
    readonly sentence: string;
    readonly acknowledged_by: string;
    readonly acknowledged_at: string;
    /** Whether it covers the break as it is now. */
    readonly is_in_force: boolean;
  }[];
}
