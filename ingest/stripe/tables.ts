import { defineTable } from '../../warehouse/vocabulary/tables.ts';
import { connectedBalances, connectedPayouts, connectedPulls, externalAccounts } from './connected-tables.ts';
import { payoutTransactions } from './payout-tables.ts';
import { recordTable } from './record-table.ts';
import { reportLines } from './report-tables.ts';

/** Stripe's own records, appended whenever they have changed; staging takes the latest version of each. */

export const charges = recordTable({
  name: 'stripe.charges',
  meaning: 'One row per version of a charge.',
  fields: [
    'amount_minor',
    'captured_minor',
    'refunded_minor',
    'currency',
    'status_stripe',
    'is_disputed',
    'payment_intent_id_stripe?',
    'paying_account_id_stripe?',
    'balance_transaction_id_stripe?',
    'failure_balance_transaction_id_stripe?',
    'failure_code?',
    'transfer_group?',
    'made_transfer_id_stripe?',
    'application_fee_id_stripe?',
    'application_fee_minor?',
    'created_at',
  ],
});

export const refunds = recordTable({
  name: 'stripe.refunds',
  meaning: 'One row per version of a refund.',
  fields: [
    'charge_id_stripe?',
    'amount_minor',
    'currency',
    'status_stripe?',
    'balance_transaction_id_stripe?',
    'failure_balance_transaction_id_stripe?',
    'created_at',
  ],
});

export const disputes = recordTable({
  name: 'stripe.disputes',
  meaning: 'One row per version of a dispute.',
  fields: ['charge_id_stripe', 'amount_minor', 'currency', 'status_stripe', 'reason', 'created_at'],
});

export const transfers = recordTable({
  name: 'stripe.transfers',
  meaning: 'One row per version of a transfer to a connected account.',
  fields: [
    'amount_minor',
    'reversed_minor',
    'currency',
    'destination_account_id_stripe',
    'transfer_group?',
    'balance_transaction_id_stripe?',
    'created_at',
  ],
});

export const transferReversals = recordTable({
  name: 'stripe.transfer_reversals',
  meaning: 'One row per version of a transfer reversal.',
  fields: [
    'transfer_id_stripe',
    'amount_minor',
    'currency',
    'source_refund_id_stripe?',
    'balance_transaction_id_stripe?',
    'created_at',
  ],
});

export const applicationFeeRefunds = recordTable({
  name: 'stripe.application_fee_refunds',
  meaning: 'One row per version of a refund of an application fee.',
  fields: ['application_fee_id_stripe', 'amount_minor', 'currency', 'balance_transaction_id_stripe?', 'created_at'],
});

export const payouts = recordTable({
  name: 'stripe.payouts',
  meaning: "One row per version of a payout from the platform's balance to its bank.",
  fields: [
    'amount_minor',
    'currency',
    'status_stripe',
    'is_automatic',
    'arrives_at',
    'balance_transaction_id_stripe?',
    'failure_balance_transaction_id_stripe?',
    'failure_code?',
    'created_at',
  ],
});

export const topups = recordTable({
  name: 'stripe.topups',
  meaning: "One row per version of a top-up: money from the platform's bank into its balance.",
  fields: [
    'amount_minor',
    'currency',
    'status_stripe',
    'balance_transaction_id_stripe?',
    'failure_code?',
    'created_at',
  ],
});

export const balances = defineTable({
  name: 'stripe.balances',
  meaning:
    "One row per retrieval of the platform's balance, balance type and currency: the sum of its balance transactions created up to then.",
  fields: [
    'balance_type',
    'currency',
    'available_minor',
    'pending_minor',
    'connect_reserved_minor',
    'pulled_at',
    'recorded_at',
  ],
  key: ['balance_type', 'currency', 'pulled_at'],
});

export const balanceTransactions = recordTable({
  name: 'stripe.balance_transactions',
  meaning: 'One row per version of a balance transaction of the platform.',
  fields: [
    'source_id_stripe?',
    'reporting_category',
    'balance_transaction_type',
    'balance_type',
    'amount_minor',
    'fee_minor',
    'fee_tax_minor',
    'net_minor',
    'currency',
    'status_stripe',
    'available_at',
    'description_stripe?',
    'created_at',
  ],
});

export const accounts = recordTable({
  name: 'stripe.accounts',
  meaning: 'One row per version of a connected account; a deleted account has only its id.',
  fields: [
    'country?',
    'transfers_status?',
    'is_payable?',
    'is_submitted?',
    'disabled_reason?',
    'currently_due?',
    'past_due?',
    'pending_verification?',
    'requirements_due_at?',
    'named_creator_id?',
    'is_deleted',
    'created_at?',
  ],
});

export const events = defineTable({
  name: 'stripe.events',
  meaning:
    'One row per event of Stripe, however often it was delivered: its object, when it happened and when it was received.',
  fields: [
    'id_stripe',
    'event_type_stripe',
    'object_type_stripe?',
    'object_id_stripe?',
    'account_id_stripe?',
    'created_at',
    'received_at',
  ],
  key: ['id_stripe'],
});

export const pulls = defineTable({
  name: 'stripe.pulls',
  meaning:
    'One row per kind of record and interval whose records, by creation time, have all been read: by a finished pull, or by a slice of an unfinished one.',
  fields: ['record_kind', 'pulled_from_at', 'pulled_until_at', 'pulled_at', 'window_from_at?', 'window_until_at?'],
  key: ['record_kind', 'pulled_from_at', 'pulled_at'],
});

/** Closings depend on it, so its rows are never changed; those of `pulls` are replaced as their intervals grow together. */
export const chargeCoverage = defineTable({
  name: 'stripe.charge_coverage',
  meaning:
    'One row per finished pull: the longest interval up to its end whose charges, by creation time, have all been read.',
  fields: ['covered_from_at', 'covered_until_at', 'recorded_at'],
  key: ['recorded_at'],
});

export const STRIPE_TABLES = [
  charges,
  refunds,
  disputes,
  transfers,
  transferReversals,
  applicationFeeRefunds,
  payouts,
  topups,
  balances,
  balanceTransactions,
  accounts,
  connectedPayouts,
  connectedBalances,
  externalAccounts,
  connectedPulls,
  payoutTransactions,
  events,
  pulls,
  chargeCoverage,
  reportLines,
] as const;
