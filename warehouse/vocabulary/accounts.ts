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
    meaning: 'What buyers owe for sales and uses, with tax, before they pay.',
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
    meaning:
      "What cannot be rated or allocated yet, and what nobody can explain of Stripe's or a bank's; it is cleared when that is cured.",
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
  processor_fees: {
    meaning: "The payment processor's fees, and those of banks.",
    normalSide: 'debit',
    owner: 'platform',
  },
  processor_fee_tax: { meaning: "The tax on the payment processor's fees.", normalSide: 'debit', owner: 'platform' },
  tax_payable: { meaning: 'Tax collected from buyers and owed to the state.', normalSide: 'credit', owner: 'platform' },
  stripe_balance: {
    meaning: "The platform's balance at Stripe, from which payouts are paid.",
    normalSide: 'debit',
    owner: 'platform',
  },
  stripe_issuing_balance: {
    meaning: "The platform's balance at Stripe for cards.",
    normalSide: 'debit',
    owner: 'platform',
  },
  stripe_prefunding_balance: {
    meaning: "The platform's balance at Stripe for refunds and disputes.",
    normalSide: 'debit',
    owner: 'platform',
  },
  stripe_reserved_balance: {
    meaning: 'What Stripe keeps back from the platform in a balance of its own.',
    normalSide: 'debit',
    owner: 'platform',
  },
  stripe_other_balance: {
    meaning: 'A balance at Stripe of a kind that this version does not know.',
    normalSide: 'debit',
    owner: 'platform',
  },
  stripe_reserves: {
    meaning: "What Stripe keeps back from the platform's balance, or has advanced to it.",
    normalSide: 'debit',
    owner: 'platform',
  },
  connected_accounts: {
    meaning:
      'Transfers to connected accounts at Stripe that are not booked as payouts, or payouts whose transfer is not booked.',
    normalSide: 'debit',
    owner: 'platform',
  },
  disputes: {
    meaning: 'What Stripe has withdrawn for disputes that are not decided.',
    normalSide: 'debit',
    owner: 'platform',
  },
  currency_exchange: {
    meaning: 'The two sides of what Stripe has converted: what was paid in one currency and credited in another.',
    normalSide: 'debit',
    owner: 'platform',
  },
  opening_balances: {
    meaning:
      'What had moved the balances at Stripe before the first period of the books, and at a bank before its first statement.',
    normalSide: 'credit',
    owner: 'platform',
  },
  bank_balance: {
    meaning:
      "The platform's own bank account, from which bank files are paid: the balance with which its first statement begins, payouts, what came back of them, fees, and what nobody can explain. Without statements, the payouts alone.",
    normalSide: 'debit',
    owner: 'platform',
  },
  platform_bank: {
    meaning: "What Stripe has paid out to the platform's bank, less what it has taken from there.",
    normalSide: 'debit',
    owner: 'platform',
  },
} as const satisfies Record<string, Account>;

export type AccountName = keyof typeof ACCOUNTS;
export const ACCOUNT_NAMES = Object.keys(ACCOUNTS) as readonly AccountName[];
