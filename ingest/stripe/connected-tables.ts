import { defineTable } from '../../warehouse/vocabulary/tables.ts';
import { VERSION } from './record-table.ts';

/** A record inside a connected account is looked up by its account. */
const BY_ACCOUNT = { clusterBy: ['account_id_stripe'] } as const;

export const connectedPayouts = defineTable({
  name: 'stripe.connected_payouts',
  meaning: 'One row per version of a payout of a connected account to its bank.',
  fields: [
    'account_id_stripe',
    'id_stripe',
    'amount_minor',
    'currency',
    'status_stripe',
    'payout_method',
    'is_automatic',
    'arrives_at',
    'balance_transaction_id_stripe?',
    'failure_balance_transaction_id_stripe?',
    'failure_code?',
    'reversed_by_id_stripe?',
    'original_payout_id_stripe?',
    'created_at',
    ...VERSION,
  ],
  key: ['account_id_stripe', 'id_stripe', 'pulled_at'],
  layout: BY_ACCOUNT,
});

export const connectedBalances = defineTable({
  name: 'stripe.connected_balances',
  meaning: 'One row per change of the balance of a connected account in a currency.',
  fields: ['account_id_stripe', 'currency', 'available_minor', 'pending_minor', 'pulled_at', 'recorded_at'],
  key: ['account_id_stripe', 'currency', 'pulled_at'],
  layout: BY_ACCOUNT,
});

export const externalAccounts = defineTable({
  name: 'stripe.external_accounts',
  meaning:
    'One row per version of a bank account or card to which a connected account pays out; a deleted one has only its id and kind.',
  fields: [
    'account_id_stripe',
    'id_stripe',
    'external_account_kind',
    'currency?',
    'country_stripe?',
    'status_stripe?',
    'is_default?',
    'is_deleted',
    ...VERSION,
  ],
  key: ['account_id_stripe', 'id_stripe', 'pulled_at'],
  layout: BY_ACCOUNT,
});

export const connectedPulls = defineTable({
  name: 'stripe.connected_pulls',
  meaning:
    'One row per time at which the payouts, the balance and the external accounts of a connected account were read.',
  fields: ['account_id_stripe', 'pulled_at'],
  key: ['account_id_stripe', 'pulled_at'],
  layout: BY_ACCOUNT,
});
