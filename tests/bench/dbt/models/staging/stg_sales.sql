-- One row per payment for a licence or for one period of a subscription, as first reported.
with payments as (
  select id, sale_id, 'one_time' as license_type, asset_id, developer_id, amount, currency, timestamp, loaded_at
  from {{ source('raw', 'license_purchased') }}
  union all
  select id, sale_id, 'subscription' as license_type, asset_id, developer_id, amount, currency, timestamp, loaded_at
  from {{ source('raw', 'subscription_started') }}
  union all
  select id, sale_id, 'subscription' as license_type, asset_id, developer_id, amount, currency, timestamp, loaded_at
  from {{ source('raw', 'subscription_renewed') }}
),

first_reported as (
  select *
  from payments
  where sale_id is not null
  qualify row_number() over (partition by sale_id order by loaded_at, id) = 1
)

select
  sale_id,
  license_type,
  asset_id,
  developer_id,
  try_cast(amount as decimal(18, 9)) as amount,
  currency,
  timestamp as occurred_at
from first_reported
