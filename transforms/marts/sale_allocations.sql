-- One row per movement of a sale and holder: what was credited or taken back, to a billionth. A later refund takes back what is here.
select
  $period as period,
  moved.movement_id,
  allocations.creator_id,
  moved.movement_kind,
  moved.sale_id,
  moved.asset_id,
  moved.developer_id,
  moved.license_type,
  moved.terms_id,
  moved.currency,
  moved.fee_bps,
  allocations.share_bps,
  allocations.gross_amount,
  allocations.royalty_amount,
  moved.earned_period,
  moved.occurred_at
from steps.int_movements as moved
join steps.int_allocations as allocations on allocations.movement_number = moved.movement_number
where moved.revenue_event_kind = 'sale'
