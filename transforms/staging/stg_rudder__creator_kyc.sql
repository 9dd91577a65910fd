-- One row per creator whose identity was checked, with the latest outcome.
with latest as (
  select *
  from raw.creator_kyc_completed
  where creator_id is not null
  qualify row_number() over (partition by creator_id order by timestamp desc, loaded_at desc, id desc) = 1
)
select creator_id, kyc_status
from latest
