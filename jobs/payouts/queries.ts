import { readQueries } from '../../warehouse/named-queries.ts';

export const PAYOUT_QUERIES = readQueries(import.meta.url, 'payouts.queries.sql', {
  payouts_in_ledger: [],
  balances_to_pay: ['period'],
  stripe_minimums: [],
  disputed_since_closing: ['period'],
  last_payouts: ['period'],
  creator_names: ['period'],
  last_period_paid: ['period'],
  changed_accounts: ['since'],
  settled_transfers: ['since'],
  transfer_reversals: [],
  destination_transfers: [],
});
