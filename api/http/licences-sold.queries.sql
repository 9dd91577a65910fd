-- licences_sold: What a creator earned from each sale of a licence that was booked in these periods, the newest sale first, after the instant and
-- id of the last one of the page before.
select
  allocations.period,
  allocations.sale_id,
  allocations.license_type,
  allocations.asset_id,
  assets.asset_title,
  allocations.developer_id,
  developers.developer_name,
  allocations.terms_id,
  allocations.currency,
  allocations.gross_amount,
  allocations.royalty_amount,
  allocations.occurred_at
from tantieme.sale_allocations as allocations
left join tantieme.stg_rudder__assets as assets on assets.asset_id = allocations.asset_id
left join tantieme.stg_rudder__developers as developers on developers.developer_id = allocations.developer_id
where
  allocations.creator_id = $1 and allocations.period >= $2 and allocations.period <= $3 and allocations.movement_kind = 'earning'
  and (allocations.occurred_at < $4 or (allocations.occurred_at = $4 and allocations.sale_id > $5))
order by allocations.occurred_at desc, allocations.sale_id
limit 1001;
