import type { BankRail } from '../../../warehouse/operational/bank-tables.ts';
import type { Period } from '../../../warehouse/period.ts';
import type { Run } from '../../job.ts';

export const BANK_RAILS = ['sepa', 'ach'] as const satisfies readonly BankRail[];

/** How a payout reaches its creator: by a transfer at Stripe, or by a file that the platform's bank takes. */
export type RailName = 'stripe' | BankRail;

/** A payout before it has a request. */
export interface PayoutToMake {
  readonly payout_id: string;
  readonly batch_id: string;
  readonly creator_id: string;
  /** Minor units that the rail can pay: see `payableOf`. */
  readonly amount_minor: bigint;
  /** Upper-case. */
  readonly currency: string;
  /** The account of the creator at the provider of the rail. */
  readonly account_id: string;
}

/** What the provider says of an account now. */
export interface PayoutAccount {
  readonly account_id: string;
  /** Whether the provider shows it to us: it is neither deleted nor disconnected. */
  readonly exists: boolean;
  /** The provider's word for whether it can receive transfers; null if it names none. */
  readonly transfers_status: string | null;
  /** Whether it can pay out to a bank. A transfer does not need that: the money waits on its balance. */
  readonly payouts_enabled: boolean;
  readonly disabled_reason: string | null;
  /** Two letters, upper-case. */
  readonly country: string | null;
  /** Upper-case. */
  readonly default_currency: string | null;
  /** The currencies in which it has a bank account, upper-case; null if that is not known. */
  readonly bank_currencies: readonly string[] | null;
  /** The creator whom it names. */
  readonly creator_id: string | null;
}

/** An account that is deleted or disconnected, or that never was. */
export function missingAccount(account_id: string): PayoutAccount {
  return {
    account_id,
    exists: false,
    transfers_status: null,
    payouts_enabled: false,
    disabled_reason: null,
    country: null,
    default_currency: null,
    bank_currencies: null,
    creator_id: null,
  };
}

/** What is to be paid to an account. */
export interface DueToAccount {
  readonly account_id: string;
  readonly currency: string;
  readonly payable_minor: bigint;
}

/** An account as its rail reports it now. */
export interface AccountToPay {
  readonly account: PayoutAccount;
  /** Why the amount cannot be planned: a word of `meaningOf`; undefined if it can. */
  readonly reason: string | undefined;
}

/**
 * A way in which payouts reach creators, as they are planned: what it can pay, to which account, and by which request, which is then approved. How they
 * leave differs: Stripe takes one request after the other (`stripe/stripe-transfers.ts`), a bank a file of all of them (`bank/export-payouts.ts`). Both
 * ask `stopOf` right before, store the intent of each payout first, and are looked up when it is not known what became of it.
 */
export interface PayoutRail {
  /** The most of an amount that it can pay, in minor units; the rest stays owed. */
  payableOf(amount_minor: bigint, currency: string): bigint;
  /** The request for a payout; undefined if the rail cannot express its amount, or if that is 0. */
  requestOf(payout: PayoutToMake): object | undefined;
  /** The account of each amount that is due, in this order. Throws `Unavailable` if they cannot be read; then nothing may be planned. */
  accountsOf(
    run: Run,
    options: { readonly period: Period; readonly due: readonly DueToAccount[] },
  ): Promise<readonly AccountToPay[]>;
}
