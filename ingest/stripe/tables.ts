import { defineTable } from '../../warehouse/vocabulary/tables.ts';
import { connectedBalances, connectedPayouts, connectedPulls, externalAccounts } from './connected-tables.ts';
import { reportLines } from './report-tables.ts';

/** The latest version of a record is looked up by its id. */
const BY_ID = { clusterBy: ['id_stripe'] } as const;

/** Stripe's own records, appended whenever they have changed; staging takes the latest version of each. */

export const charges = defineTable({
  name: 'stripe.charges',
  meaning: 'One row per version of a charge.',
  fields: [
    'id_stripe',
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
    'created_at',
    'pulled_at',
    'recorded_at',
    'object_stripe',
  ],
  key: ['id_stripe', 'pulled_at'],
  layout: BY_ID,
});

export const refunds = defineTable({
  name: 'stripe.refunds',
  meaning: 'One row per version of a refund.',
  fields: [
    'id_stripe',
    'charge_id_stripe?',
    'amount_minor',
    'currency',
    'status_stripe?',
    'balance_transaction_id_stripe?',
    'failure_balance_transaction_id_stripe?',
    'created_at',
    'pulled_at',
    'recorded_at',
    'object_stripe',
  ],
  key: ['id_stripe', 'pulled_at'],
  layout: BY_ID,
});

export const disputes = defineTable({
  name: 'stripe.disputes',
  meaning: 'One row per version of a dispute.',
  fields: [
    'id_stripe',
    'charge_id_stripe',
    'amount_minor',
    'currency',
    'status_stripe',
    'reason',
    'created_at',
    'pulled_at',
    'recorded_at',
    'object_stripe',
  ],
  key: ['id_stripe', 'pulled_at'],
  layout: BY_ID,
});

export const transfers = defineTable({
  name: 'stripe.transfers',
  meaning: 'One row per version of a transfer to a connected account.',
  fields: [
    'id_stripe',
    'amount_minor',
    'reversed_minor',
    'currency',
    'destination_account_id_stripe',
    'transfer_group?',
    'balance_transaction_id_stripe?',
    'created_at',
    'pulled_at',
    'recorded_at',
    'object_stripe',
  ],
  key: ['id_stripe', 'pulled_at'],
  layout: BY_ID,
});

export const transferReversals = defineTable({
  name: 'stripe.transfer_reversals',
  meaning: 'One row per version of a transfer reversal.',
  fields: [
    'id_stripe',
    'transfer_id_stripe',
    'amount_minor',
    'currency',
    'source_refund_id_stripe?',
    'balance_transaction_id_stripe?',
    'created_at',
    'pulled_at',
    'recorded_at',
    'object_stripe',
  ],
  key: ['id_stripe', 'pulled_at'],
  layout: BY_ID,
});

export const payouts = defineTable({
  name: 'stripe.payouts',
  meaning: "One row per version of a payout from the platform's balance to its bank.",
  fields: [
    'id_stripe',
    'amount_minor',
    'currency',
    'status_stripe',
    'is_automatic',
    'arrives_at',
    'balance_transaction_id_stripe?',
    'failure_balance_transaction_id_stripe?',
    'failure_code?',
    'created_at',
    'pulled_at',
    'recorded_at',
    'object_stripe',
  ],
  key: ['id_stripe', 'pulled_at'],
  layout: BY_ID,
});

export const topups = defineTable({
  name: 'stripe.topups',
  meaning: "One row per version of a top-up: money from the platform's bank into its balance.",
  fields: [
    'id_stripe',
    'amount_minor',
    'currency',
    'status_stripe',
    'balance_transaction_id_stripe?',
    'failure_code?',
    'created_at',
    'pulled_at',
    'recorded_at',
    'object_stripe',
  ],
  key: ['id_stripe', 'pulled_at'],
  layout: BY_ID,
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

export const balanceTransactions = defineTable({
  name: 'stripe.balance_transactions',
  meaning: 'One row per version of a balance transaction of the platform.',
  fields: [
    'id_stripe',
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
    'pulled_at',
    'recorded_at',
    'object_stripe',
  ],
  key: ['id_stripe', 'pulled_at'],
  layout: BY_ID,
});

export const accounts = defineTable({
  name: 'stripe.accounts',
  meaning: 'One row per version of a connected account; a deleted account has only its id.',
  fields: [
    'id_stripe',
    'country?',
    'transfers_status?',
    'is_payable?',
    'is_submitted?',
    'disabled_reason?',
    'currently_due?',
    'past_due?',
    'requirements_due_at?',
    'named_creator_id?',
    'is_deleted',
    'created_at?',
    'pulled_at',
    'recorded_at',
    'object_stripe',
  ],
  key: ['id_stripe', 'pulled_at'],
  layout: BY_ID,
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
  payouts,
  topups,
  balances,
  balanceTransactions,
  accounts,
  connectedPayouts,
  connectedBalances,
  externalAccounts,
  connectedPulls,
  events,
  pulls,
  chargeCoverage,
  reportLines,
] as const;
