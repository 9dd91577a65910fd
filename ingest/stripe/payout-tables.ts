import { defineTable } from '../../warehouse/vocabulary/tables.ts';

/** Complete for each payout that is in it, and never changed: Stripe attributes them once. */
export const payoutTransactions = defineTable({
  name: 'stripe.payout_transactions',
  meaning:
    'One row per balance transaction that an automatic payout to a bank carried, with the transfer that it received; the account is empty for the platform.',
  fields: [
    'account_id_stripe',
    'payout_id_stripe',
    'balance_transaction_id_stripe',
    'transfer_id_stripe?',
    'net_minor',
    'currency',
    'pulled_at',
    'recorded_at',
  ],
  key: ['account_id_stripe', 'payout_id_stripe', 'balance_transaction_id_stripe'],
  layout: { clusterBy: ['account_id_stripe'] },
});
