-- One row per movement that is booked in the period, under a number of its own within the build: of a sale, of all metered use under the
-- same terms and fee in the same month, of a use that is corrected, or of a balance that is adjusted. With the terms' number and rate, the
-- minor unit of its currency, and what is corrected.
with others as (
  select
    movement_id,
    movement_kind,
    'sale' as revenue_event_kind,
    correction_id,
    sale_id,
    movement_rank,
    is_earlier,
    terms_id,
    fee_bps,
    license_type,
    asset_id,
    developer_id,
    currency,
    amount_before,
    amount_after,
    1 as revenue_event_count,
    1 as units,
    earned_period,
    occurred_at
  from steps.int_sale_movements
  union all
  select
    'correction:' || correction_id as movement_id,
    'adjustment' as movement_kind,
    'use' as revenue_event_kind,
    correction_id,
    cast(null as string) as sale_id,
    0 as movement_rank,
    false as is_earlier,
    terms_id,
    fee_bps,
    'metered' as license_type,
    asset_id,
    developer_id,
    currency,
    amount_before,
    amount_after,
    1 as revenue_event_count,
    units,
    earned_period,
    occurred_at
  from steps.int_use_reversals
  where exception_reason is null
  union all
  select
    'correction:' || correction_id as movement_id,
    'adjustment' as movement_kind,
    'balance' as revenue_event_kind,
    correction_id,
    cast(null as string) as sale_id,
    0 as movement_rank,
    false as is_earlier,
    cast(null as string) as terms_id,
    0 as fee_bps,
    cast(null as string) as license_type,
    cast(null as string) as asset_id,
    cast(null as string) as developer_id,
    currency,
    0 as amount_before,
    0 as amount_after,
    1 as revenue_event_count,
    1 as units,
    $period as earned_period,
    occurred_at
  from steps.int_balance_adjustments
  where exception_reason is null
),
movements as (
  select
    -row_number() over (order by others.movement_id) as movement_number,
    others.movement_id,
    others.movement_kind,
    others.revenue_event_kind,
    others.correction_id,
    others.sale_id,
    others.movement_rank,
    others.is_earlier,
    others.terms_id,
    others.fee_bps,
    others.license_type,
    others.asset_id,
    others.developer_id,
    others.currency,
    others.amount_before,
    others.amount_after,
    others.revenue_event_count,
    others.units,
    others.earned_period,
    others.occurred_at,
    corrections.root_kind as corrected_kind,
    corrections.root_id as corrected_id,
    corrections.correction_reason,
    terms.terms_number,
    coalesce(terms.rate, 0) as rate,
    currencies.minor_per_unit
  from others
  left join steps.int_corrections as corrections on corrections.correction_id = others.correction_id
  left join steps.int_terms as terms on terms.terms_id = others.terms_id
  left join seeds.currencies as currencies on currencies.currency = others.currency
  union all
  select
    movement_number,
    movement_id,
    'earning' as movement_kind,
    'use' as revenue_event_kind,
    cast(null as string) as correction_id,
    cast(null as string) as sale_id,
    0 as movement_rank,
    false as is_earlier,
    terms_id,
    fee_bps,
    'metered' as license_type,
    asset_id,
    cast(null as string) as developer_id,
    currency,
    0 as amount_before,
    amount as amount_after,
    revenue_event_count,
    units,
    earned_period,
    null as occurred_at,
    cast(null as string) as corrected_kind,
    cast(null as string) as corrected_id,
    cast(null as string) as correction_reason,
    terms_number,
    rate,
    minor_per_unit
  from steps.int_usage_by_terms
)
select *
from movements
