import { defineTable } from '../../warehouse/vocabulary/tables.ts';

/** Of each record the latest state is looked for by its id. */
const BY_ID = { clusterBy: ['id_stripe'] } as const;

/** Stripe's own records, appended whenever they have changed; staging takes the latest of each. */

export const charges = defineTable({
  name: 'stripe.charges',
  meaning: 'One row a reading of a charge in which it had changed.',
  fields: [
    'id_stripe',
    'amount_minor',
    'captured_minor',
    'refunded_minor',
    'currency',
    'status_stripe',
    'is_disputed',
    'payment_intent_id_stripe?',
    'balance_transaction_id_stripe?',
    'failure_code?',
    'transfer_group?',
    'created_at',
    'pulled_at',
    'object_stripe',
  ],
  key: ['id_stripe', 'pulled_at'],
  layout: BY_ID,
});

export const refunds = defineTable({
  name: 'stripe.refunds',
  meaning: 'One row a reading of a refund in which it had changed.',
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
    'object_stripe',
  ],
  key: ['id_stripe', 'pulled_at'],
  layout: BY_ID,
});

export const disputes = defineTable({
  name: 'stripe.disputes',
  meaning: 'One row a reading of a dispute in which it had changed.',
  fields: [
    'id_stripe',
    'charge_id_stripe',
    'amount_minor',
    'currency',
    'status_stripe',
    'reason',
    'created_at',
    'pulled_at',
    'object_stripe',
  ],
  key: ['id_stripe', 'pulled_at'],
  layout: BY_ID,
});

export const transfers = defineTable({
  name: 'stripe.transfers',
  meaning: 'One row a reading of a transfer to a connected account in which it had changed.',
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
    'object_stripe',
  ],
  key: ['id_stripe', 'pulled_at'],
  layout: BY_ID,
});

export const transferReversals = defineTable({
  name: 'stripe.transfer_reversals',
  meaning: 'One row a reading of what was taken back of a transfer in which it had changed.',
  fields: [
    'id_stripe',
    'transfer_id_stripe',
    'amount_minor',
    'currency',
    'source_refund_id_stripe?',
    'balance_transaction_id_stripe?',
    'created_at',
    'pulled_at',
    'object_stripe',
  ],
  key: ['id_stripe', 'pulled_at'],
  layout: BY_ID,
});

export const payouts = defineTable({
  name: 'stripe.payouts',
  meaning: "One row a reading of a payout from the platform's balance to its bank in which it had changed.",
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
    'object_stripe',
  ],
  key: ['id_stripe', 'pulled_at'],
  layout: BY_ID,
});

export const balanceTransactions = defineTable({
  name: 'stripe.balance_transactions',
  meaning: "One row a reading of a movement of the platform's balance in which it had changed.",
  fields: [
    'id_stripe',
    'source_id_stripe?',
    'reporting_category',
    'amount_minor',
    'fee_minor',
    'net_minor',
    'currency',
    'created_at',
    'pulled_at',
    'object_stripe',
  ],
  key: ['id_stripe', 'pulled_at'],
  layout: BY_ID,
});

export const accounts = defineTable({
  name: 'stripe.accounts',
  meaning: 'One row a reading of a connected account in which it had changed; of one that is gone, nothing but its id.',
  fields: [
    'id_stripe',
    'country?',
    'transfers_status?',
    'is_payable?',
    'is_submitted?',
    'disabled_reason?',
    'is_deleted',
    'created_at?',
    'pulled_at',
    'object_stripe',
  ],
  key: ['id_stripe', 'pulled_at'],
  layout: BY_ID,
});

export const events = defineTable({
  name: 'stripe.events',
  meaning: 'One row an event that Stripe told of, however often: what it was about, when it happened and when it came.',
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
    'One row a kind of record and a time in which all that was created has been read: by a whole pull, or by a slice of one that has not ended.',
  fields: ['record_kind', 'pulled_from', 'pulled_until', 'pulled_at', 'window_from?', 'window_until?'],
  key: ['record_kind', 'pulled_from', 'pulled_at'],
});

export const STRIPE_TABLES = [
  charges,
  refunds,
  disputes,
  transfers,
  transferReversals,
  payouts,
  balanceTransactions,
  accounts,
  events,
  pulls,
] as const;
