-- known_events: The ids of the events that are already recorded.
select id_stripe
from stripe.events
where fn.is_in_list(id_stripe, $1);

-- slices_of_window: The slices that an unfinished pull of a window has read.
select *
from stripe.pulls
where window_from_at = $1 and window_until_at = $2
order by pulled_at;

-- all_pulls: Every interval that has been read, of each kind of record.
select *
from stripe.pulls
order by pulled_at;

-- balances_since: The balances of the platform that were retrieved at an instant or later.
select balance_type, currency
from stripe.balances
where pulled_at >= $1;

-- external_accounts_of: The external accounts of some connected accounts that are stored and not deleted.
select account_id_stripe, id_stripe, external_account_kind
from (
  select account_id_stripe, id_stripe, external_account_kind, is_deleted
  from stripe.external_accounts
  where fn.is_in_list(account_id_stripe, $1)
  qualify row_number() over (partition by account_id_stripe, id_stripe order by pulled_at desc) = 1
) as latest
where not is_deleted
order by account_id_stripe, id_stripe;

-- connected_balances_of: The balances of some connected accounts in each currency, as last stored.
select account_id_stripe, currency, available_minor, pending_minor, pulled_at
from stripe.connected_balances
where fn.is_in_list(account_id_stripe, $1)
qualify row_number() over (partition by account_id_stripe, currency order by pulled_at desc) = 1
order by account_id_stripe, currency;

-- accounts_to_read: The connected accounts that have not been read since an instant, the one read longest ago first: those that received a transfer in a window or have a payout that has not ended, and all others that are known; none that is deleted.
-- Of those never read, and of those read at the same time, the ones with a transfer or payout come first.
with moved as (
  select destination_account_id_stripe as account_id_stripe
  from stripe.transfers
  where created_at >= $1 and created_at < $2
  union distinct
  select account_id_stripe
  from (
    select account_id_stripe, status_stripe
    from stripe.connected_payouts
    where true
    qualify row_number() over (partition by account_id_stripe, id_stripe order by pulled_at desc) = 1
  ) as latest_payouts
  where status_stripe in ('pending', 'in_transit')
),
latest_reads as (
  select account_id_stripe, max(pulled_at) as pulled_at
  from stripe.connected_pulls
  group by account_id_stripe
),
latest_accounts as (
  select id_stripe, is_deleted
  from stripe.accounts
  where true
  qualify row_number() over (partition by id_stripe order by pulled_at desc) = 1
),
named as (
  select account_id_stripe, 0 as turn
  from moved
  union all
  select id_stripe as account_id_stripe, 1 as turn
  from latest_accounts
  union all
  select account_id_stripe, 1 as turn
  from latest_reads
),
wanted as (
  select named.account_id_stripe, min(named.turn) as turn
  from named
  left join latest_accounts on latest_accounts.id_stripe = named.account_id_stripe
  where named.account_id_stripe <> '' and not coalesce(latest_accounts.is_deleted, false)
  group by named.account_id_stripe
)
select wanted.account_id_stripe
from wanted
left join latest_reads on latest_reads.account_id_stripe = wanted.account_id_stripe
where latest_reads.pulled_at is null or latest_reads.pulled_at < $3
order by coalesce(latest_reads.pulled_at, timestamp '1970-01-01 00:00:00+00'), wanted.turn, wanted.account_id_stripe;

-- unended_payouts: The payouts of connected accounts to their banks that had not ended when they were last read.
select account_id_stripe, id_stripe
from (
  select account_id_stripe, id_stripe, status_stripe
  from stripe.connected_payouts
  where true
  qualify row_number() over (partition by account_id_stripe, id_stripe order by pulled_at desc) = 1
) as latest
where status_stripe in ('pending', 'in_transit')
order by account_id_stripe, id_stripe;

-- payouts_to_attribute: The automatic payouts created since an instant, of the platform and of connected accounts, whose balance transactions are not stored yet, the oldest first.
with latest as (
  select '' as account_id_stripe, id_stripe, is_automatic, created_at, object_stripe
  from stripe.payouts
  where created_at >= $1
  qualify row_number() over (partition by id_stripe order by pulled_at desc) = 1
  union all
  select account_id_stripe, id_stripe, is_automatic, created_at, object_stripe
  from stripe.connected_payouts
  where created_at >= $1
  qualify row_number() over (partition by account_id_stripe, id_stripe order by pulled_at desc) = 1
),
attributed as (
  select distinct account_id_stripe, payout_id_stripe
  from stripe.payout_transactions
)
select latest.account_id_stripe, latest.id_stripe, latest.object_stripe
from latest
left join attributed
  on attributed.account_id_stripe = latest.account_id_stripe and attributed.payout_id_stripe = latest.id_stripe
where latest.is_automatic and attributed.payout_id_stripe is null
order by latest.created_at, latest.account_id_stripe, latest.id_stripe;
