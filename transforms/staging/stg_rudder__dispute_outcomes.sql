-- One row per decided dispute, with its outcome as first recorded.
with first_recorded as (
  select *
  from raw.dispute_closed
  where dispute_id is not null
  qualify row_number() over (partition by dispute_id order by loaded_at, id) = 1
)
select dispute_id, dispute_outcome, timestamp as occurred_at, loaded_at as recorded_at
from first_recorded
