-- One row per movement and creator: what was credited or taken back, to a billionth. A movement is a sale, a refund, a lost dispute, or
-- all metered use under the same terms and fee in the same month.
with moved as (
  select
    movement_id,
    movement_kind,
    sale_id as revenue_event_id,
    'sale' as revenue_event_kind,
    asset_id,
    developer_id,
    license_type,
    terms_id,
    currency,
    fee_bps,
    1 as revenue_event_count,
    fn.to_numeric('1') as units,
    earned_period,
    occurred_at
  from steps.int_sale_movements
  union all
  select
    movement_id,
    'earning' as movement_kind,
    movement_id as revenue_event_id,
    'use' as revenue_event_kind,
    asset_id,
    cast(null as string) as developer_id,
    'metered' as license_type,
    terms_id,
    currency,
    fee_bps,
    revenue_event_count,
    units,
    earned_period,
    occurred_at
  from steps.int_usage_by_terms
)
select
  $period as period,
  moved.movement_id,
  allocations.creator_id,
  moved.movement_kind,
  moved.revenue_event_id,
  moved.revenue_event_kind,
  moved.asset_id,
  moved.developer_id,
  moved.license_type,
  moved.terms_id,
  moved.currency,
  moved.fee_bps,
  allocations.share_bps,
  moved.revenue_event_count,
  moved.units,
  allocations.gross_amount,
  allocations.gross_amount - allocations.royalty_amount as platform_fee_amount,
  allocations.royalty_amount,
  moved.earned_period,
  moved.occurred_at
from moved
join steps.int_allocations as allocations on allocations.movement_id = moved.movement_id
