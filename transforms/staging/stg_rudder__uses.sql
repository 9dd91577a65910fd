-- One row per metered use, as first recorded.
with first_recorded as (
  select *
  from raw.asset_used
  where use_id is not null
  qualify row_number() over (partition by use_id order by loaded_at, id) = 1
)
select
  use_id,
  asset_id,
  developer_id,
  fn.try_numeric(units) as units,
  timestamp as occurred_at,
  loaded_at as recorded_at
from first_recorded
