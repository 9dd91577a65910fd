-- One row per posting: debits are positive, credits negative, and every journal entry sums to zero.
-- Uses have two kinds of entry, which meet in the clearing account: by terms for the creators, by developer for the buyers. The entry of a
-- correction names what it corrects.
with movements as (
  select
    movement_number,
    movement_id as journal_id,
    case when correction_id is not null then corrected_id when revenue_event_kind = 'use' then terms_id else movement_id end as source_reference,
    case
      when correction_id is not null then 'correction'
      when revenue_event_kind = 'use' then 'usage'
      when movement_kind = 'earning' then 'sale'
      when movement_kind = 'refund' then 'refund'
      else 'lost_dispute'
    end as journal_kind,
    case when occurred_at is null then fn.last_day_of(earned_period) else fn.date_of(occurred_at) end as journal_on,
    case when revenue_event_kind = 'use' and correction_id is null then 'usage_clearing' else 'buyers_receivable' end as account,
    case when revenue_event_kind = 'use' and correction_id is null then 'platform' else coalesce(developer_id, 'unknown') end as account_owner_id,
    currency
  from steps.int_movements
),
allocated as (
  select movement_number, sum(gross_amount) as gross_amount, sum(gross_amount - royalty_amount) as platform_fee_amount
  from steps.int_allocations
  group by movement_number
),
used as (
  select
    'usage_by_developer:' || $period || ':' || developer_id || ':' || currency || ':' || earned_period as journal_id,
    fn.last_day_of(earned_period) as journal_on,
    developer_id,
    currency,
    amount
  from steps.int_usage_by_developer
),
carried as (
  select creator_id, currency, carried_out_exact - carried_in_exact as amount
  from tantieme.carried_fractions
  where period = $period
),
suspended as (
  select fact_kind, fact_id, asset_id, developer_id, currency, occurred_at, suspended_amount as amount
  from tantieme.suspended_facts
  where period = $period and suspended_amount is not null
  union all
  select fact_kind, fact_id, asset_id, developer_id, currency, occurred_at, -suspended_amount as amount
  from tantieme.suspended_facts
  where period = $previous_period and suspended_amount is not null
),
suspense as (
  select
    case
      when fact_kind = 'use' then 'suspense:' || $period || ':uses:' || coalesce(asset_id, 'unknown') || ':' || fn.month_of(occurred_at)
      else 'suspense:' || $period || ':' || fact_kind || ':' || fact_id
    end as journal_id,
    case when fact_kind = 'use' then coalesce(asset_id, 'unknown') else fact_id end as source_reference,
    case when fact_kind = 'use' then fn.last_day_of(fn.month_of(occurred_at)) else fn.date_of(occurred_at) end as journal_on,
    fact_kind,
    case when fact_kind = 'payout' then 'stripe_balance' else 'buyers_receivable' end as account,
    case when fact_kind = 'payout' then 'platform' else coalesce(developer_id, 'unknown') end as account_owner_id,
    currency,
    amount
  from suspended
),
entries as (
  select moved.journal_id, moved.journal_kind, moved.journal_on, moved.source_reference, moved.account, moved.account_owner_id, moved.currency, allocated.gross_amount as amount
  from movements as moved
  join allocated on allocated.movement_number = moved.movement_number
  union all
  select moved.journal_id, moved.journal_kind, moved.journal_on, moved.source_reference, 'platform_revenue' as account, 'platform' as account_owner_id, moved.currency, -allocated.platform_fee_amount as amount
  from movements as moved
  join allocated on allocated.movement_number = moved.movement_number
  union all
  select moved.journal_id, moved.journal_kind, moved.journal_on, moved.source_reference, 'creators_payable' as account, allocations.creator_id as account_owner_id, moved.currency, -allocations.royalty_amount as amount
  from movements as moved
  join steps.int_allocations as allocations on allocations.movement_number = moved.movement_number
  union all
  select journal_id, 'usage_by_developer' as journal_kind, journal_on, developer_id as source_reference, 'buyers_receivable' as account, developer_id as account_owner_id, currency, amount from used
  union all
  select journal_id, 'usage_by_developer' as journal_kind, journal_on, developer_id as source_reference, 'usage_clearing' as account, 'platform' as account_owner_id, currency, -amount as amount from used
  union all
  select 'rounding:' || creator_id || ':' || currency || ':' || $period as journal_id, 'rounding' as journal_kind, fn.last_day_of($period) as journal_on, creator_id as source_reference, 'creators_payable' as account, creator_id as account_owner_id, currency, amount from carried
  union all
  select 'rounding:' || creator_id || ':' || currency || ':' || $period as journal_id, 'rounding' as journal_kind, fn.last_day_of($period) as journal_on, creator_id as source_reference, 'rounding_carried' as account, creator_id as account_owner_id, currency, -amount as amount from carried
  union all
  select 'payout:' || payout_id as journal_id, 'payout' as journal_kind, fn.date_of(occurred_at) as journal_on, payout_id as source_reference, 'creators_payable' as account, creator_id as account_owner_id, currency, amount from tantieme.payouts where period = $period
  union all
  select 'payout:' || payout_id as journal_id, 'payout' as journal_kind, fn.date_of(occurred_at) as journal_on, payout_id as source_reference, 'stripe_balance' as account, 'platform' as account_owner_id, currency, -amount as amount from tantieme.payouts where period = $period
),
posted as (
  select *
  from entries
  where amount <> 0
  union all
  select journal_id, 'suspense' as journal_kind, journal_on, source_reference, account, account_owner_id, currency, sum(suspense.amount) as amount
  from suspense
  group by journal_id, journal_on, source_reference, account, account_owner_id, currency
  having sum(suspense.amount) <> 0
  union all
  select journal_id, 'suspense' as journal_kind, journal_on, source_reference, 'suspense' as account, fact_kind as account_owner_id, currency, -sum(suspense.amount) as amount
  from suspense
  group by journal_id, journal_on, source_reference, fact_kind, currency
  having sum(suspense.amount) <> 0
)
select
  journal_id,
  $period as period,
  journal_kind,
  journal_on,
  source_reference,
  account,
  account_owner_id,
  currency,
  amount as posting_amount
from posted
