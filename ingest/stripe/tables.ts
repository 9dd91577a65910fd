import { defineTable } from '../../warehouse/tables.ts';

/** Stripe's own records, appended whenever they are pulled; staging takes the latest of each. */

export const balanceTransactions = defineTable({
  name: 'stripe.balance_transactions',
  meaning: "One row a pull of a movement of the platform's balance.",
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
});

export const transfers = defineTable({
  name: 'stripe.transfers',
  meaning: 'One row a pull of a transfer to a connected account.',
  fields: [
    'id_stripe',
    'amount_minor',
    'reversed_minor',
    'currency',
    'destination_account_id_stripe',
    'transfer_group?',
    'created_at',
    'pulled_at',
    'object_stripe',
  ],
  key: ['id_stripe', 'pulled_at'],
});

export const pulls = defineTable({
  name: 'stripe.pulls',
  meaning: 'One row a finished pull: what was created from one instant up to another has been read.',
  fields: ['pulled_from', 'pulled_until', 'pulled_at'],
  key: ['pulled_at'],
});

export const STRIPE_TABLES = [balanceTransactions, transfers, pulls] as const;
