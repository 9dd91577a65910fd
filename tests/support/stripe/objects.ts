import type Stripe from 'stripe';
import { derivedId } from '../../../warehouse/ids.ts';

/**
 * Stripe's objects, with the types of its client; large objects are reduced to the fields that are used here.
 * Amounts are numbers of minor units as in Stripe's JSON; they are always safe integers.
 */
export type Account = Pick<
  Stripe.Account,
  'id' | 'object' | 'type' | 'email' | 'charges_enabled' | 'payouts_enabled' | 'details_submitted'
> & {
  country: string;
  created: number;
  capabilities: { transfers: 'active' | 'inactive' };
  requirements: { currently_due: string[]; disabled_reason: string | null };
  metadata: Record<string, string>;
};
export type Charge = Omit<
  Stripe.Charge,
  'billing_details' | 'outcome' | 'payment_method_details' | 'fraud_details' | 'shipping' | 'source' | 'transfer_data'
>;
export type Dispute = Pick<
  Stripe.Dispute,
  | 'id'
  | 'object'
  | 'amount'
  | 'balance_transactions'
  | 'charge'
  | 'created'
  | 'currency'
  | 'is_charge_refundable'
  | 'livemode'
  | 'metadata'
  | 'payment_intent'
  | 'reason'
  | 'status'
>;
export type Refund = Stripe.Refund;
export type Transfer = Stripe.Transfer;
export type TransferReversal = Stripe.TransferReversal;
export type Payout = Stripe.Payout;
export type BalanceTransaction = Stripe.BalanceTransaction;

/** Every supported kind, by its `object` tag. */
export interface Kinds {
  account: Account;
  charge: Charge;
  refund: Refund;
  dispute: Dispute;
  transfer: Transfer;
  transfer_reversal: TransferReversal;
  payout: Payout;
  balance_transaction: BalanceTransaction;
}
export type Kind = keyof Kinds;
export type StripeObject = Kinds[Kind];

/** Milliseconds as whole seconds, Stripe's unit of time. */
export function seconds(epochMs: number): number {
  return Math.floor(epochMs / 1000);
}

/** Stripe's `type` for the finer `reporting_category`: docs.stripe.com/reports/reporting-categories. */
const TYPES = {
  charge: 'charge',
  charge_failure: 'payment_failure_refund',
  refund: 'refund',
  refund_failure: 'refund_failure',
  dispute: 'adjustment',
  dispute_reversal: 'adjustment',
  transfer: 'transfer',
  transfer_reversal: 'transfer_refund',
  payout: 'payout',
  payout_reversal: 'payout_failure',
} as const;
export type ReportingCategory = keyof typeof TYPES;

/** The id is derived, so that a source can refer to its balance transaction before either exists. */
export function balanceTransactionId(source: string, category: ReportingCategory): string {
  return derivedId('txn', source, category);
}

/** One balance transaction of the platform, available immediately. `amount` is signed, `fee` is Stripe's fee. */
export function balanceTransaction(
  category: ReportingCategory,
  line: { source: string; amount: number; fee?: number; currency: string; created: number },
): BalanceTransaction {
  const { source, amount, fee = 0, currency, created } = line;
  const feeDetail = { amount: fee, application: null, currency, description: 'Stripe processing fees' };
  return {
    id: balanceTransactionId(source, category),
    object: 'balance_transaction',
    amount,
    available_on: created,
    balance_type: 'payments',
    created,
    currency,
    description: null,
    exchange_rate: null,
    fee,
    fee_details: fee === 0 ? [] : [{ ...feeDetail, type: 'stripe_fee' }],
    net: amount - fee,
    reporting_category: category,
    source,
    status: 'available',
    type: TYPES[category],
  };
}

/** A connected account with its capabilities. */
export function accountObject(account: {
  id: string;
  country: string;
  transfers_enabled: boolean;
  payouts_enabled: boolean;
  created: number;
  creator_id?: string | undefined;
}): Account {
  const { id, country, transfers_enabled, payouts_enabled, created, creator_id } = account;
  const whole = transfers_enabled && payouts_enabled;
  return {
    id,
    object: 'account',
    type: 'express',
    country,
    created,
    email: null,
    capabilities: { transfers: transfers_enabled ? 'active' : 'inactive' },
    charges_enabled: false,
    payouts_enabled,
    details_submitted: true,
    requirements: {
      currently_due: whole ? [] : ['individual.verification.document'],
      disabled_reason: whole ? null : 'requirements.past_due',
    },
    metadata: creator_id === undefined ? {} : { creator_id },
  };
}

/** A succeeded, captured charge without refunds. */
export function chargeObject(charge: {
  id: string;
  amount: number;
  currency: string;
  created: number;
  metadata: Record<string, string>;
}): Charge {
  return {
    ...charge,
    object: 'charge',
    amount_captured: charge.amount,
    amount_refunded: 0,
    application: null,
    application_fee: null,
    application_fee_amount: null,
    balance_transaction: balanceTransactionId(charge.id, 'charge'),
    calculated_statement_descriptor: null,
    captured: true,
    customer: null,
    description: null,
    disputed: false,
    failure_balance_transaction: null,
    failure_code: null,
    failure_message: null,
    livemode: false,
    on_behalf_of: null,
    paid: true,
    payment_intent: null,
    payment_method: null,
    receipt_email: null,
    receipt_number: null,
    receipt_url: null,
    refunded: false,
    review: null,
    source_transfer: null,
    statement_descriptor: null,
    statement_descriptor_suffix: null,
    status: 'succeeded',
    transfer_group: null,
  };
}

/** A succeeded partial or full refund of a charge. */
export function refundObject(refund: {
  id: string;
  charge: string;
  amount: number;
  currency: string;
  created: number;
}): Refund {
  return {
    ...refund,
    object: 'refund',
    balance_transaction: balanceTransactionId(refund.id, 'refund'),
    customer: null,
    customer_account: null,
    metadata: {},
    payment_intent: null,
    payment_method: null,
    reason: 'requested_by_customer',
    receipt_number: null,
    source_transfer_reversal: null,
    status: 'succeeded',
    transfer_reversal: null,
  };
}

/** A payout to the platform's bank in transit. */
export function payoutObject(payout: {
  id: string;
  amount: number;
  currency: string;
  created: number;
  automatic: boolean;
}): Payout {
  return {
    ...payout,
    object: 'payout',
    application_fee: null,
    application_fee_amount: null,
    arrival_date: payout.created,
    balance_transaction: balanceTransactionId(payout.id, 'payout'),
    description: null,
    destination: 'ba_platform',
    failure_balance_transaction: null,
    failure_code: null,
    failure_message: null,
    livemode: false,
    metadata: {},
    method: 'standard',
    original_payout: null,
    payout_method: null,
    reconciliation_status: payout.automatic ? 'in_progress' : 'not_applicable',
    reversed_by: null,
    source_type: 'card',
    statement_descriptor: null,
    status: 'in_transit',
    trace_id: null,
    type: 'bank_account',
  };
}
