-- One row per revenue movement and creator: the royalty credited or taken back, to a billionth.
with owed as (
  select
    movements.period,
    movements.movement_id,
    allocations.creator_id,
    movements.movement_kind,
    rated_events.revenue_event_id,
    rated_events.revenue_event_kind,
    rated_events.asset_id,
    rated_events.developer_id,
    rated_events.license_type,
    rated_events.terms_id,
    movements.currency,
    rated_events.fee_bps,
    allocations.share_bps,
    rated_events.units,
    allocations.gross_amount,
    allocations.gross_amount - allocations.royalty_amount as platform_fee_amount,
    allocations.royalty_amount,
    movements.earned_period,
    movements.occurred_at
  from tantieme.int_revenue_movements as movements
  join tantieme.int_rated_events as rated_events on rated_events.revenue_event_id = movements.revenue_event_id
  join tantieme.int_allocations as allocations on allocations.movement_id = movements.movement_id
)
select *
from owed
