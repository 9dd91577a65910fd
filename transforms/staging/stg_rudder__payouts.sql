-- One row per payout sent, as first recorded.
with first_recorded as (
  select *
  from raw.payout_sent
  where payout_id is not null
  qualify row_number() over (partition by payout_id order by loaded_at, id) = 1
)
select
  payout_id,
  creator_id,
  payout_period,
  fn.try_numeric(amount) as amount,
  currency,
  account_id_stripe,
  transfer_id_stripe,
  payout_rail,
  timestamp as occurred_at,
  loaded_at as recorded_at
from first_recorded
