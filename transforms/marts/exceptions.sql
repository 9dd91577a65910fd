-- One row per period and exception: a fact in suspense at its end, or all uses of an asset that are in suspense for one reason.
with excepted as (
  select
    period,
    case when fact_kind = 'use' then 'use:' || exception_reason || ':' || coalesce(asset_id, '') || ':' || coalesce(currency, '') else fact_kind || ':' || fact_id end as exception_id,
    max(fact_kind) as fact_kind,
    max(exception_reason) as exception_reason,
    cast(count(*) as int64) as fact_count,
    min(suspended_period) as suspended_period,
    sum(suspended_amount) as suspended_amount,
    max(currency) as currency,
    sum(units) as units,
    max(asset_id) as asset_id,
    max(sale_id) as sale_id,
    case when min(developer_id) = max(developer_id) then max(developer_id) end as developer_id,
    max(creator_id) as creator_id,
    min(occurred_at) as first_occurred_at,
    min(recorded_at) as first_recorded_at
  from tantieme.suspended_facts
  group by
    period,
    case when fact_kind = 'use' then 'use:' || exception_reason || ':' || coalesce(asset_id, '') || ':' || coalesce(currency, '') else fact_kind || ':' || fact_id end
)
select *
from excepted
