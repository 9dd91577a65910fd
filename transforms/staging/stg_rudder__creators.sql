-- One row per creator, as last reported.
with latest as (
  select *
  from raw.creator_signed_up
  where creator_id is not null
  qualify row_number() over (partition by creator_id order by timestamp desc, loaded_at desc, id desc) = 1
)
select creator_id, creator_name, country
from latest
