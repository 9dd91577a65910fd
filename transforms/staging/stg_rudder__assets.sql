-- One row per asset, as last reported.
with latest as (
  select *
  from raw.asset_uploaded
  where asset_id is not null
  qualify row_number() over (partition by asset_id order by timestamp desc, loaded_at desc, id desc) = 1
)
select asset_id, creator_id, asset_title
from latest
