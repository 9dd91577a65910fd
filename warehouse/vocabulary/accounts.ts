/** An account of the ledger. */
export interface Account {
  readonly meaning: string;
  /** The side on which an increase is posted: debits are positive, credits negative. */
  readonly normalSide: 'debit' | 'credit';
  /** Whose account it is: there is one for each owner and currency. */
  readonly owner: 'developer' | 'creator' | 'platform' | 'kind of fact';
}

/** The chart of accounts. A new kind of money is a new account or a new kind of journal entry, never a new column. */
export const ACCOUNTS = {
  buyers_receivable: {
    meaning: 'What buyers owe for sales and uses, without tax, before they pay.',
    normalSide: 'debit',
    owner: 'developer',
  },
  platform_revenue: { meaning: "The platform's fees.", normalSide: 'credit', owner: 'platform' },
  creators_payable: {
    meaning: 'What creators are owed, in whole minor units.',
    normalSide: 'credit',
    owner: 'creator',
  },
  rounding_carried: {
    meaning: 'The fractions of a minor unit that are carried forward for creators.',
    normalSide: 'credit',
    owner: 'creator',
  },
  usage_clearing: {
    meaning:
      'Joins the two sides of metered use, which are grouped differently: by terms for creators, by developer for buyers. Zero at the end of every period.',
    normalSide: 'credit',
    owner: 'platform',
  },
  suspense: {
    meaning: 'What cannot be rated or allocated yet; it is cleared when that is cured.',
    normalSide: 'credit',
    owner: 'kind of fact',
  },
  reserves: { meaning: 'What is kept back from creators for later refunds.', normalSide: 'credit', owner: 'creator' },
  advances: { meaning: 'What creators were paid before they earned it.', normalSide: 'debit', owner: 'creator' },
  withholding: {
    meaning: 'Tax that was withheld from creators and is owed to the state.',
    normalSide: 'credit',
    owner: 'creator',
  },
  processor_fees: { meaning: "The payment processor's fees.", normalSide: 'debit', owner: 'platform' },
  tax_payable: { meaning: 'Tax collected from buyers and owed to the state.', normalSide: 'credit', owner: 'platform' },
  stripe_balance: { meaning: "The platform's balance at Stripe.", normalSide: 'debit', owner: 'platform' },
  payouts_in_transit: {
    meaning: 'Payouts that were sent and have not arrived.',
    normalSide: 'debit',
    owner: 'platform',
  },
} as const satisfies Record<string, Account>;

export type AccountName = keyof typeof ACCOUNTS;
export const ACCOUNT_NAMES = Object.keys(ACCOUNTS) as readonly AccountName[];
