/**
 * Why a payout is held or cancelled. `isOver`: whether a hold ends by itself once the next run no longer finds the reason; the others end when
 * a person releases the payout.
 */
export const STOP_REASONS = {
  by_finance: { isOver: false, meaning: 'A person of finance decided it.' },
  to_be_cancelled: { isOver: false, meaning: 'It is cancelled once it is proven that no transfer was made.' },
  refused: { isOver: false, meaning: 'Stripe refused it in a way that is not known.' },
  changed_after_approval: { isOver: true, meaning: 'It is not what was approved.' },
  balance_changed: { isOver: true, meaning: 'It is not what the sealed balance leaves to be paid.' },
  paid_since_closing: { isOver: true, meaning: 'The creator was paid since the closing.' },
  identity_not_verified: { isOver: true, meaning: "The creator's identity is not verified." },
  payout_account_missing: { isOver: true, meaning: 'The creator has no payout account, or Stripe does not have it.' },
  payout_account_not_active: { isOver: true, meaning: 'The payout account cannot receive transfers.' },
  payout_account_rejected: { isOver: true, meaning: 'Stripe has rejected the payout account.' },
  payout_account_under_review: { isOver: true, meaning: 'Stripe reviews the payout account.' },
  payout_account_of_another: { isOver: true, meaning: 'The payout account is that of another creator.' },
  payout_account_changed: { isOver: true, meaning: 'The payout account has changed.' },
  dispute_open: { isOver: true, meaning: 'A sale that it pays for is disputed.' },
  break_open: { isOver: true, meaning: 'A break in the comparison with Stripe is about money that it pays for.' },
  balance_insufficient: { isOver: true, meaning: "The platform's balance at Stripe has too little of its currency." },
  currency_not_held: { isOver: false, meaning: "The platform's balance at Stripe does not have its currency." },
  transfer_repeated: { isOver: true, meaning: 'Stripe has more than one transfer for it.' },
  transfer_differs: { isOver: true, meaning: 'Stripe has a transfer for it that is not the one that was approved.' },
  above_limit: { isOver: true, meaning: 'It is above the limit for one payout.' },
  period_closed: {
    isOver: false,
    meaning: 'The next month was closed before it was sent; its balance contains the amount.',
  },
} as const satisfies Record<string, { readonly isOver: boolean; readonly meaning: string }>;

export type StopReason = keyof typeof STOP_REASONS;

/** Why a balance was not planned, besides what also holds a payout. */
const NOT_PLANNED = {
  nothing_owed: { meaning: 'Nothing is owed.' },
  negative_balance: { meaning: 'The balance is negative: later royalties are set off against it.' },
  frozen_by_dispute: { meaning: 'What is owed is on hold for open disputes.' },
  charge_unconfirmed: { meaning: 'A payment that it is for is not confirmed.' },
  payout_unconfirmed: { meaning: 'An earlier payout is not confirmed.' },
  below_minimum: { meaning: 'The balance is below the minimum payout; it is carried forward.' },
  below_stripe_minimum: {
    meaning:
      "The balance is below the smallest payout that Stripe makes to a bank in the account's country; it is carried forward.",
  },
  currency_not_of_account: {
    meaning: 'The bank account is paid by files in another currency only; it is carried forward.',
  },
  payout_unsettled: { meaning: 'An earlier payout of this balance has no known end.' },
  amount_not_transferable: { meaning: 'The rail cannot transfer this amount.' },
} as const;

/** Why something is not paid: why a payout is held, cancelled or failed, or why a balance was not planned. */
export const UNPAID_REASONS = {
  ...STOP_REASONS,
  ...NOT_PLANNED,
  /** Of a payout that failed. */
  not_transferred: { meaning: 'The transfer was not made.' },
};

export type UnpaidReason = keyof typeof UNPAID_REASONS;

/** What a reason means, in a sentence for finance; null for `payable`, and for a word that this version does not have. */
export function meaningOf(reason: string): string | null {
  return Object.hasOwn(UNPAID_REASONS, reason) ? UNPAID_REASONS[reason as UnpaidReason].meaning : null;
}

/** Why a payout must not be sent now: a word, and a sentence for finance. */
export interface Stop {
  readonly reason: StopReason;
  readonly detail: string;
}

/** The payout is not the one that was approved; `transferId` is the transfer that Stripe has for it already. */
export function changed(transferId?: string): Stop {
  const edited = 'find out who has edited it in the control store';
  const detail =
    transferId === undefined
      ? `It is not the payout that was approved: ${edited}, and put it right or cancel it.`
      : `Stripe has the transfer ${transferId} for it, but it is not the payout that was approved: ${edited}, and put it right; if the transfer is wrong, reverse it at Stripe first, then put the payout right or cancel it.`;
  return { reason: 'changed_after_approval', detail };
}

export function noFunds(currency: string): Stop {
  const detail = `Stripe holds too little ${currency} for it; add funds, wait for payments, or cancel it.`;
  return { reason: 'balance_insufficient', detail };
}

export function currencyNotHeld(currency: string): Stop {
  const detail = `Stripe holds no ${currency}, and TANTIEME_MISSING_CURRENCY is cancel; the amount stays owed.`;
  return { reason: 'currency_not_held', detail };
}

/** Whether a hold ends by itself. */
export function endsByItself(reason: string): boolean {
  return Object.hasOwn(STOP_REASONS, reason) && STOP_REASONS[reason as StopReason].isOver;
}

/** Whether a person has given the reason; who that was is of no interest with any other. */
export function isOfPerson(reason: string): boolean {
  return reason === 'by_finance' || reason === 'to_be_cancelled';
}
