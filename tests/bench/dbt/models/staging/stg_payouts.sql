-- One row per payout sent, as first reported.
with first_reported as (
  select *
  from {{ source('raw', 'payout_sent') }}
  where payout_id is not null
  qualify row_number() over (partition by payout_id order by loaded_at, id) = 1
)

select
  payout_id,
  creator_id,
  try_cast(amount as decimal(18, 9)) as amount,
  currency,
  timestamp as occurred_at
from first_reported
