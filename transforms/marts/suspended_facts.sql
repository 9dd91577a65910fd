-- One row per period and fact that is in suspense at its end: it cannot be rated or allocated yet. It is tried again in every period.
with suspended as (
  select
    'use' as fact_kind,
    use_id as fact_id,
    exception_reason,
    suspended_period,
    asset_id,
    'metered' as license_type,
    developer_id,
    cast(null as string) as creator_id,
    cast(null as string) as sale_id,
    fn.billionths(amount_billionths) as amount,
    currency,
    fn.billionths(units_billionths) as units,
    reported_right,
    occurred_at,
    recorded_at
  from steps.int_uses
  where exception_reason is not null and not is_voided
  union all
  select
    'sale' as fact_kind,
    sale_id as fact_id,
    exception_reason,
    suspended_period,
    asset_id,
    license_type,
    developer_id,
    cast(null as string) as creator_id,
    sale_id,
    amount,
    currency,
    1 as units,
    cast(null as string) as reported_right,
    occurred_at,
    recorded_at
  from steps.int_sales
  where exception_reason is not null
  union all
  select
    reductions.fact_kind,
    reductions.fact_id,
    reductions.exception_reason,
    reductions.suspended_period,
    sales.asset_id,
    sales.license_type,
    sales.developer_id,
    cast(null as string) as creator_id,
    reductions.sale_id,
    case when reductions.fact_kind = 'refund' or reductions.dispute_outcome = 'lost' then reductions.amount end as amount,
    reductions.currency,
    1 as units,
    cast(null as string) as reported_right,
    reductions.occurred_at,
    reductions.recorded_at
  from steps.int_judged_reductions as reductions
  left join steps.int_reduced_sales as sales on sales.sale_id = reductions.sale_id
  where reductions.exception_reason is not null and reductions.correction_id is null
  union all
  select
    'payout' as fact_kind,
    payout_id as fact_id,
    exception_reason,
    suspended_period,
    cast(null as string) as asset_id,
    cast(null as string) as license_type,
    cast(null as string) as developer_id,
    creator_id,
    cast(null as string) as sale_id,
    amount,
    currency,
    1 as units,
    cast(null as string) as reported_right,
    occurred_at,
    recorded_at
  from steps.int_payouts
  where exception_reason is not null
  union all
  select
    'payout_reversal' as fact_kind,
    reversal_id_stripe as fact_id,
    exception_reason,
    suspended_period,
    cast(null as string) as asset_id,
    cast(null as string) as license_type,
    cast(null as string) as developer_id,
    creator_id,
    cast(null as string) as sale_id,
    amount,
    currency,
    1 as units,
    cast(null as string) as reported_right,
    occurred_at,
    recorded_at
  from steps.int_payout_reversals
  where is_of_period and exception_reason is not null
  union all
  select
    'correction' as fact_kind,
    correction_id as fact_id,
    exception_reason,
    suspended_period,
    cast(null as string) as asset_id,
    cast(null as string) as license_type,
    cast(null as string) as developer_id,
    cast(null as string) as creator_id,
    cast(null as string) as sale_id,
    null as amount,
    cast(null as string) as currency,
    1 as units,
    cast(null as string) as reported_right,
    occurred_at,
    recorded_at
  from steps.int_judged_corrections
  where exception_reason is not null
)
select
  $period as period,
  suspended.fact_kind,
  suspended.fact_id,
  suspended.exception_reason,
  coalesce(suspended.suspended_period, $period) as suspended_period,
  suspended.asset_id,
  suspended.license_type,
  suspended.developer_id,
  suspended.creator_id,
  suspended.sale_id,
  case
    when currencies.currency is null or not fn.is_bookable(suspended.amount, currencies.minor_per_unit) then null
    when suspended.fact_kind in ('sale', 'use', 'payout_reversal') then suspended.amount
    else -suspended.amount
  end as suspended_amount,
  suspended.currency,
  suspended.units,
  suspended.reported_right,
  suspended.occurred_at,
  suspended.recorded_at
from suspended
left join seeds.currencies as currencies on currencies.currency = suspended.currency
