-- One row per movement of revenue that is booked in the period, under a number of its own within the build: of a sale, or of all
-- metered use under the same terms and fee in the same month. With the terms' number and rate, and the minor unit of its currency.
with movements as (
  select
    movement_id,
    movement_kind,
    'sale' as revenue_event_kind,
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
)
select
  row_number() over (order by movements.movement_id) as movement_number,
  movements.*,
  terms.terms_number,
  coalesce(terms.rate, 0) as rate,
  currencies.minor_per_unit
from movements
left join steps.int_terms as terms on terms.terms_id = movements.terms_id
left join seeds.currencies as currencies on currencies.currency = movements.currency
