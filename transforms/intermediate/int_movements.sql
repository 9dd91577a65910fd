-- One row per movement that is booked in the period, under a number of its own within the build: of a sale, of all metered use under the
-- same terms and fee in the same month, of a use that is corrected, or of a balance that is adjusted. With the terms' number and rate, the
-- minor unit of its currency, and what is corrected.
with movements as (
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
    null as occurred_at
  from steps.int_usage_by_terms
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
)
select
  row_number() over (order by movements.movement_id) as movement_number,
  movements.*,
  corrections.root_kind as corrected_kind,
  corrections.root_id as corrected_id,
  corrections.correction_reason,
  terms.terms_number,
  coalesce(terms.rate, 0) as rate,
  currencies.minor_per_unit
from movements
left join steps.int_corrections as corrections on corrections.correction_id = movements.correction_id
left join steps.int_terms as terms on terms.terms_id = movements.terms_id
left join seeds.currencies as currencies on currencies.currency = movements.currency
