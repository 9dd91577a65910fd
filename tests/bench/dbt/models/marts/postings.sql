-- One row per posting: debits are positive, credits negative, and every journal entry sums to zero.
with movements as (
  select
    movement_id,
    case
      when revenue_event_kind = 'use' then 'usage'
      when movement_kind = 'earning' then 'sale'
      else 'refund'
    end as journal_kind,
    case when revenue_event_kind = 'use' then 'usage_clearing' else 'buyers_receivable' end as account,
    case when revenue_event_kind = 'use' then 'platform' else coalesce(developer_id, 'unknown') end as account_owner_id,
    currency,
    sum(gross_amount) as gross_amount,
    sum(platform_fee_amount) as platform_fee_amount
  from {{ ref('royalties') }}
  group by all
),

usage as (
  select
    'usage_by_developer:' || developer_id || ':' || currency as journal_id,
    developer_id,
    currency,
    amount
  from {{ ref('int_usage_by_developer') }}
),

rounding as (
  select
    'rounding:' || creator_id || ':' || currency as journal_id,
    creator_id,
    currency,
    carried_out_exact - carried_in_exact as amount
  from {{ ref('carried_fractions') }}
),

payouts as (
  select payout_id as journal_id, creator_id, currency, amount
  from {{ ref('stg_payouts') }}
  where occurred_at >= timestamptz '{{ var("starts_at") }}'
    and occurred_at < timestamptz '{{ var("ends_at") }}'
),

entries as (
  select movement_id as journal_id, journal_kind, account, account_owner_id, currency, gross_amount as amount from movements
  union all
  select movement_id, journal_kind, 'platform_revenue', 'platform', currency, -platform_fee_amount from movements
  union all
  select
    movement_id,
    case
      when revenue_event_kind = 'use' then 'usage'
      when movement_kind = 'earning' then 'sale'
      else 'refund'
    end,
    'creators_payable',
    creator_id,
    currency,
    -royalty_amount
  from {{ ref('royalties') }}
  union all
  select journal_id, 'usage_by_developer', 'buyers_receivable', developer_id, currency, amount from usage
  union all
  select journal_id, 'usage_by_developer', 'usage_clearing', 'platform', currency, -amount from usage
  union all
  select journal_id, 'rounding', 'creators_payable', creator_id, currency, amount from rounding
  union all
  select journal_id, 'rounding', 'rounding_carried', creator_id, currency, -amount from rounding
  union all
  select journal_id, 'payout', 'creators_payable', creator_id, currency, amount from payouts
  union all
  select journal_id, 'payout', 'connected_accounts', 'platform', currency, -amount from payouts
)

select
  journal_id || '/' || account || '/' || account_owner_id || '/' || currency as posting_id,
  journal_id,
  journal_kind,
  date '{{ var("last_day") }}' as journal_on,
  account,
  account_owner_id,
  currency,
  amount as posting_amount
from entries
where amount <> 0
