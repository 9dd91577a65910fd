-- One row per creator and instant from which on it has another payer, with the latest report of it.
with latest as (
  select *
  from raw.creator_payer_assigned
  where creator_id is not null and valid_from_at is not null and timestamp is not null
  qualify row_number() over (partition by creator_id, valid_from_at order by timestamp desc, loaded_at desc, id desc) = 1
)
select creator_id, valid_from_at, payer_id, payer_country, decided_by, timestamp as occurred_at, loaded_at as recorded_at
from latest
