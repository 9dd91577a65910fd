-- One row per AI developer, as last reported.
with latest as (
  select *
  from raw.developer_signed_up
  where developer_id is not null
  qualify row_number() over (partition by developer_id order by timestamp desc, loaded_at desc, id desc) = 1
)
select developer_id, developer_name, country
from latest
