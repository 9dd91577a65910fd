-- One row per refund of a sale, as first reported.
with first_reported as (
  select *
  from {{ source('raw', 'license_refunded') }}
  where refund_id is not null
  qualify row_number() over (partition by refund_id order by loaded_at, id) = 1
)

select
  refund_id,
  sale_id,
  try_cast(amount as decimal(18, 9)) as amount,
  currency,
  timestamp as occurred_at,
  loaded_at as recorded_at
from first_reported
