import { type BoundQuery, readQueries } from '../../warehouse/named-queries.ts';

export const STRIPE_QUERIES = readQueries(import.meta.url, 'stripe.queries.sql', {
  known_events: ['event_ids'],
  slices_of_window: ['window_from_at', 'window_until_at'],
  all_pulls: [],
  balances_since: ['pulled_at'],
  external_accounts_of: ['account_ids'],
  connected_balances_of: ['account_ids'],
  accounts_to_read: ['paid_from_at', 'paid_until_at', 'read_before_at'],
  unended_payouts: [],
  payouts_to_attribute: ['created_from_at'],
});

interface RecordTable {
  readonly name: string;
}

/** The latest version of records of one kind by their ids, a JSON list. Composed, because each kind has its table. */
export function latestRecords(
  { name }: RecordTable,
  { ids, isConnected = false }: { ids: string; isConnected?: boolean },
): BoundQuery {
  const key = isConnected ? 'account_id_stripe, id_stripe' : 'id_stripe';
  const sql = `select ${key}, object_stripe, pulled_at
from ${name}
where fn.is_in_list(id_stripe, $1)
qualify row_number() over (partition by ${key} order by pulled_at desc) = 1`;
  return [sql, [ids]];
}

/** The ids of the records of one kind that were created from one instant up to another. Composed, because each kind has its table. */
export function recordsCreated({ name }: RecordTable, { from, until }: { from: string; until: string }): BoundQuery {
  const sql = `select id_stripe
from (
  select id_stripe, created_at
  from ${name}
  qualify row_number() over (partition by id_stripe order by pulled_at desc) = 1
) as latest
where created_at >= $1 and created_at < $2
order by id_stripe`;
  return [sql, [from, until]];
}
