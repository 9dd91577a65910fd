import Stripe from 'stripe';
import { isInaccessible } from '../../../../ingest/stripe/read-object.ts';
import { Unavailable } from '../../../../warehouse/errors.ts';
import { missingAccount, type PayoutAccount } from '../rail.ts';

/** Why nothing is paid to an account now. */
interface AccountReason {
  readonly reason:
    | 'payout_account_missing'
    | 'payout_account_not_active'
    | 'payout_account_of_another'
    | 'payout_account_changed'
    | 'payout_account_rejected'
    | 'payout_account_under_review';
  readonly sentence: string;
}

/** What is to be paid to an account, as it was approved. */
export interface Payee {
  readonly creator_id: string;
  /** Upper-case. */
  readonly currency: string;
  /** As `PayoutAccount` had them at the approval. Left out, they are not compared. */
  readonly country?: string | null;
  readonly default_currency?: string | null;
  /** Whether the account must name its creator, because it is not the first one or another creator has it too. */
  readonly mustBeNamed?: boolean;
}

/**
 * Reasons of Stripe with which an account whose capability is active is paid all the same: something is due or being checked, which concerns
 * other capabilities or the payouts to its bank. Source: the typings of Account.Requirements.DisabledReason.
 */
const HARMLESS: readonly string[] = [
  'action_required.requested_capabilities',
  'requirements.past_due',
  'requirements.pending_verification',
];

/** Stripe's object of an account, in the form of a rail. */
export function payoutAccountOf(account: Stripe.Account | Stripe.DeletedAccount): PayoutAccount {
  if (account.deleted) return missingAccount(account.id);
  const { id, capabilities, payouts_enabled, requirements, country, default_currency, external_accounts, metadata } =
    account;
  const banks = external_accounts && !external_accounts.has_more ? external_accounts.data : undefined;
  return {
    account_id: id,
    exists: true,
    transfers_status: capabilities?.transfers ?? null,
    payouts_enabled,
    disabled_reason: requirements?.disabled_reason ?? null,
    country: country?.toUpperCase() ?? null,
    default_currency: default_currency?.toUpperCase() ?? null,
    bank_currencies: banks ? [...new Set(banks.flatMap(({ currency }) => currency?.toUpperCase() ?? []))].sort() : null,
    creator_id: metadata?.creator_id || null,
  };
}

/** Whether Stripe's answer is that there is no such account, or that it is not one of this platform. */
function isMissingAccount(error: unknown): boolean {
  // The account is there, but not for this key.
  if (error instanceof Error && /\b(?:live|test) mode\b/.test(error.message)) return false;
  if (isInaccessible(error)) return true;
  return error instanceof Stripe.errors.StripeInvalidRequestError && error.code === 'resource_missing';
}

/** Whether a read of Stripe failed because the account is deleted or disconnected, or never was. */
export function isOfMissingAccount(error: unknown): boolean {
  return error instanceof Unavailable && isMissingAccount(error.cause);
}

/** Why an account must not be paid now; undefined if it may. */
export function reasonAgainst(account: PayoutAccount, payee: Payee): AccountReason | undefined {
  const { account_id, exists, disabled_reason, transfers_status } = account;
  if (!exists) {
    const sentence = `The account ${account_id} does not exist at Stripe, or is no longer connected.`;
    return { reason: 'payout_account_missing', sentence };
  }
  if (disabled_reason?.startsWith('rejected.')) {
    return {
      reason: 'payout_account_rejected',
      sentence: `Stripe has rejected the account ${account_id}: ${disabled_reason}.`,
    };
  }
  // Every word but `active`, also those that only accounts of the second version have.
  if (transfers_status !== 'active') {
    const sentence = `The account ${account_id} cannot receive transfers: its capability is ${transfers_status ?? 'not there'}.`;
    return { reason: 'payout_account_not_active', sentence };
  }
  if (disabled_reason !== null && !HARMLESS.includes(disabled_reason)) {
    const sentence = `The account ${account_id} is disabled while it is under review: ${disabled_reason}.`;
    return { reason: 'payout_account_under_review', sentence };
  }
  return reasonAgainstPayee(account, payee);
}

function reasonAgainstPayee(account: PayoutAccount, payee: Payee): AccountReason | undefined {
  const { account_id, creator_id } = account;
  if (creator_id !== null && creator_id !== payee.creator_id) {
    const sentence = `The account ${account_id} is that of ${creator_id} by its metadata, not of ${payee.creator_id}.`;
    return { reason: 'payout_account_of_another', sentence };
  }
  if (creator_id === null && payee.mustBeNamed) {
    const sentence = `The account ${account_id} does not name ${payee.creator_id} as its creator in its metadata.`;
    return { reason: 'payout_account_of_another', sentence };
  }
  for (const name of ['country', 'default_currency'] as const) {
    const approved = payee[name];
    if (approved === undefined || approved === account[name]) continue;
    const sentence = `The ${name.replace('_', ' ')} of the account ${account_id} is ${account[name]}; it was ${approved} at the approval.`;
    return { reason: 'payout_account_changed', sentence };
  }
  return undefined;
}
